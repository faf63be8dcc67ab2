import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { artifactStores } from "../../src/artifacts/artifact-stores.ts";
import type { ContainerJob } from "../../src/containers/container-runtime.ts";
import type { TaskResult } from "../../src/engine/engine.ts";
import type { ExecutorInput } from "../../src/tasks/executor-input.ts";
import { type AttemptParts, artifactOutput, attempt, runsFolder } from "./attempt.ts";

let folder: string;
let others: string;
beforeEach(async () => {
  folder = await runsFolder();
  others = await runsFolder();
  await writeFile(join(others, "key"), "the signing key");
});

const modelOf = (input: ExecutorInput) => input.outputs.artifacts?.model?.artifacts[0]?.uri ?? "";
const workspaceOf = () => ({ folder: join(folder, "run-1", "workspace"), path: "/kfp-workspace" });

async function isolated(parts: AttemptParts): Promise<TaskResult> {
  await mkdir(workspaceOf().folder, { recursive: true });
  return await attempt(folder, {
    component: { outputs: artifactOutput() },
    ...parts,
    options: { movesPaths: true, workspace: workspaceOf(), ...parts.options },
  });
}

async function give(input: ExecutorInput, model: { readonly uri?: string; readonly custom_path?: string }) {
  await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { model: { artifacts: [model] } } }));
}

async function replaceByLink(path: string, target: string): Promise<void> {
  await rename(path, `${path}.old`);
  await symlink(target, path);
}

const refused = { outcome: "failed", error: { code: "OUTPUT_INVALID" } };

describe("an isolated task cannot pass off a file of somebody else as its artifact", () => {
  test.each<[string, (job: ContainerJob, input: ExecutorInput) => Promise<void>]>([
    [
      "by making its temporary folder a link",
      async (job, input) => {
        await replaceByLink(join(job.folder, "tmp"), others);
        await give(input, { uri: modelOf(input), custom_path: "/tmp/key" });
      },
    ],
    [
      "by a link below which there is something only later",
      async (job, input) => {
        await symlink(others, join(job.folder, "artifacts", "later"));
        await give(input, { uri: `${job.folder}/artifacts/later/none` });
      },
    ],
    [
      "by a link to nothing, below which there is something only later",
      async (job, input) => {
        await symlink(join(others, "none"), join(job.folder, "artifacts", "later"));
        await give(input, { uri: `${job.folder}/artifacts/later/none` });
      },
    ],
    [
      "by a link into the folder that tasks share, which others can change",
      async (_job, input) => {
        await writeFile(join(workspaceOf().folder, "model"), "of the workspace");
        await symlink(join(workspaceOf().folder, "model"), modelOf(input));
      },
    ],
    [
      "by a link into the folder of another task, which that one can change",
      async (_job, input) => {
        const other = join(folder, "run-1", "tasks", "other", "1", "work");
        await mkdir(other, { recursive: true });
        await symlink(other, modelOf(input));
      },
    ],
    [
      "by a link in the folder that tasks share",
      async (_job, input) => {
        await symlink(others, join(workspaceOf().folder, "link"));
        await give(input, { uri: "/kfp-workspace/link/key" });
      },
    ],
    [
      "by having it brought from there",
      async (_job, input) => {
        await symlink(others, join(workspaceOf().folder, "link"));
        await give(input, { uri: modelOf(input), custom_path: "/kfp-workspace/link/key" });
      },
    ],
    [
      "by a folder that has a link in it, and is brought from elsewhere",
      async (_job, input) => {
        await mkdir(join(workspaceOf().folder, "model"));
        await symlink(join(others, "key"), join(workspaceOf().folder, "model", "key"));
        await give(input, { uri: modelOf(input), custom_path: "/kfp-workspace/model" });
      },
    ],
  ])("%s", async (_how, program) => {
    expect(await isolated({ program })).toMatchObject(refused);
  });

  test("nor have it removed, or brought to a storage, by making the folder of its artifacts a link", async () => {
    const uploaded: string[] = [];
    const store = { upload: async (path: string) => void uploaded.push(path) };
    const s3 = { ...store, download: async () => {}, fingerprint: async () => undefined };
    const result = await isolated({
      component: { outputs: artifactOutput("key") },
      options: { pipelineRoot: "s3://bucket", artifacts: artifactStores({ s3 }) },
      program: async (job, input) => {
        await replaceByLink(join(job.folder, "artifacts"), others);
        await writeFile(join(job.folder, "tmp", "mine"), "mine");
        const key = { uri: input.outputs.artifacts?.key?.artifacts[0]?.uri, custom_path: "/tmp/mine" };
        await writeFile(input.outputs.outputFile, JSON.stringify({ artifacts: { key: { artifacts: [key] } } }));
      },
    });
    expect([result, uploaded]).toMatchObject([refused, []]);
    expect(await readFile(join(others, "key"), "utf8")).toBe("the signing key");
  });
});

test("an isolated task gives what it has written to its temporary folder, and to the one that tasks share", async () => {
  const written = async (path: string, host: string) => {
    const result = await isolated({
      program: async (job, input) => {
        await mkdir(join(host === "tmp" ? join(job.folder, "tmp") : host, "model"), { recursive: true });
        await writeFile(join(host === "tmp" ? join(job.folder, "tmp") : host, "model", "weights"), path);
        await give(input, { uri: modelOf(input), custom_path: `${path}/model` });
      },
    });
    if (result.outcome !== "succeeded") throw new Error(JSON.stringify(result));
    return await readFile(join(result.outputs.artifacts.model?.[0]?.uri ?? "", "weights"), "utf8");
  };
  expect(await written("/tmp", "tmp")).toBe("/tmp");
  await rm(join(folder, "run-1", "tasks"), { recursive: true });
  expect(await written("/kfp-workspace", workspaceOf().folder)).toBe("/kfp-workspace");
});

test("an artifact in the folder that tasks share is seen there, and nothing else is shown that others can change", async () => {
  const uri = join(workspaceOf().folder, "data");
  let seen: unknown;
  const result = await isolated({
    inputs: { artifacts: { data: [{ name: "data", type: {}, uri, metadata: {} }] } },
    program: async (job, input) => {
      seen = input.inputs.artifacts?.data?.artifacts[0]?.uri;
      const shared = job.mounts.filter(({ source }) => source.startsWith(workspaceOf().folder));
      expect(shared).toEqual([{ source: workspaceOf().folder, target: "/kfp-workspace", writable: true }]);
      await give(input, { uri: "/kfp-workspace/data/more" });
      await mkdir(join(uri, "more"), { recursive: true });
    },
  });
  expect(seen).toBe("/kfp-workspace/data");
  expect(result).toMatchObject({ outputs: { artifacts: { model: [{ uri: `${uri}/more` }] } } });
});
