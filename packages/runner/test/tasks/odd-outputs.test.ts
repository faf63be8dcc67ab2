import { mkdir, rm, writeFile } from "node:fs/promises";
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
