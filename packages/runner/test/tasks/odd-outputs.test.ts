import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ContainerJob } from "../../src/containers/container-runtime.ts";
import type { ExecutorInput } from "../../src/tasks/executor-input.ts";
import { artifactOutput, attempt, runsFolder } from "./attempt.ts";

type Program = (job: ContainerJob, input: ExecutorInput) => Promise<void>;

async function give(input: ExecutorInput, model: { readonly uri?: string; readonly customPath?: string }) {
  await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { model: { artifacts: [model] } } }));
}

async function elsewhere(job: ContainerJob): Promise<string> {
  const path = join(job.folder, "tmp", "model");
  await writeFile(path, "weights");
  return path;
}

// Else the run would stop, be taken up again and stop again, for ever.
test.each<[string, string, Program]>([
  [
    "has made the folder of its artifacts a file",
    "OUTPUT_INVALID",
    async (job, input) => {
      await rm(join(job.folder, "artifacts"), { recursive: true });
      await writeFile(join(job.folder, "artifacts"), "");
      await give(input, { customPath: await elsewhere(job) });
    },
  ],
  [
    "says that its artifact is in a folder around itself",
    "OUTPUT_INVALID",
    async (job, input) => {
      await mkdir(join(job.folder, "artifacts", "model"), { recursive: true });
      await give(input, { customPath: join(job.folder, "artifacts") });
    },
  ],
  [
    "gives a URI of a file that is none",
    "ARTIFACT_UNAVAILABLE",
    async (_job, input) => await give(input, { uri: "file:///x%zz" }),
  ],
  [
    "gives a URI of a file on a machine that has no name",
    "ARTIFACT_UNAVAILABLE",
    async (_job, input) => await give(input, { uri: "file://[/x" }),
  ],
])("a task that %s has failed, and its run goes on", async (_what, code, program) => {
  const result = await attempt(await runsFolder(), { component: { outputs: artifactOutput() }, program });
  expect(result).toMatchObject({ outcome: "failed", error: { code } });
});

test.each([false, true])(
  "an artifact that is a part of what stands in its place takes that place (isolated: %s)",
  async (movesPaths) => {
    const folder = await runsFolder();
    const result = await attempt(folder, {
      component: { outputs: artifactOutput() },
      options: { movesPaths },
      program: async (job, input) => {
        const place = join(job.folder, "artifacts", "model");
        await mkdir(join(place, "best"), { recursive: true });
        await writeFile(join(place, "best", "weights"), "of the best");
        await writeFile(join(place, "checkpoint"), "");
        await give(input, { customPath: join(place, "best") });
      },
    });
    if (result.outcome !== "succeeded") throw new Error(JSON.stringify(result));
    const place = result.outputs.artifacts.model?.[0]?.uri ?? "";
    expect(await readdir(place)).toEqual(["weights"]);
    expect(await readFile(join(place, "weights"), "utf8")).toBe("of the best");
    expect(await readdir(join(folder, "run-1", "tasks", "train", "1", "artifacts"))).toEqual(["model"]);
  },
);

test("an artifact that is said to be in a folder around itself is not copied into itself", async () => {
  const folder = await runsFolder();
  const result = await attempt(folder, {
    component: { outputs: artifactOutput() },
    program: async (job, input) => {
      await mkdir(join(job.folder, "artifacts", "model"), { recursive: true });
      await give(input, { customPath: join(job.folder, "artifacts") });
    },
  });
  expect(result).toMatchObject({ error: { message: expect.stringContaining("which its own place is in") } });
  expect(await readdir(join(folder, "run-1", "tasks", "train", "1", "artifacts", "model"))).toEqual([]);
});
