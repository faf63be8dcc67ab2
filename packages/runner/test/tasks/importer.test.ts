import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storesFor } from "../../src/artifacts/artifact-stores.ts";
import type { ImporterComponent } from "../../src/plan/plan.ts";
import { createTaskExecutor, type TaskExecutorOptions } from "../../src/tasks/task-executor.ts";
import { credentials, type S3Server, startS3 } from "../artifacts/s3-server.ts";
import { task } from "../engine/plans.ts";
import { record, runsFolder } from "./attempt.ts";

let folder: string;
let server: S3Server;

beforeEach(async () => {
  folder = await runsFolder();
  server = await startS3();
  await mkdir(join(folder, "tasks"));
});
afterEach(() => server.close());

async function importing(
  importer: ImporterComponent["importer"],
  parameters: Readonly<Record<string, string | number>> = {},
  options: Partial<TaskExecutorOptions> = {},
) {
  const component: ImporterComponent = {
    kind: "importer",
    name: "comp-importer",
    executorLabel: "exec-importer",
    importer: { typeSchema: { schemaTitle: "system.Dataset" }, ...importer },
    inputs: { parameters: {}, artifacts: {} },
    outputs: { parameters: {}, artifacts: { artifact: { artifactType: {} } } },
  };
  const execute = createTaskExecutor({
    record,
    tasksFolder: join(folder, "tasks"),
    pipelineRoot: "",
    workspace: undefined,
    runtimes: [],
    artifacts: storesFor({ endpoint: server.endpoint, credentials: async () => credentials, clock: Date }),
    cache: undefined,
    movesPaths: false,
    clock: { now: () => 0 },
    emit: async () => {},
    ...options,
  });
  const inputs = { parameters, artifacts: {} };
  const ready = { path: "importer", task: task("importer", { component }), component, inputs, attempt: 1 };
  return await execute(ready, new AbortController().signal);
}

test("an importer gives an artifact of its URI, type and metadata, with the values of its inputs", async () => {
  const result = await importing(
    {
      artifactUri: { runtimeParameter: "uri" },
      metadata: {
        "{{$.inputs.parameters['k']}}": "v {{$.inputs.parameters['n']}}",
        n: 1,
        nested: [{ "{{$.inputs.parameters['k']}}": "{{$.inputs.parameters['n']}}" }, null],
      },
    },
    { uri: "gs://bucket/x", k: "key", n: 3 },
  );
  const metadata = { key: "v 3", n: 1, nested: [{ key: "3" }, null] };
  const artifact = { name: "artifact", type: { schemaTitle: "system.Dataset" }, uri: "gs://bucket/x", metadata };
  expect(result).toEqual({ outcome: "succeeded", outputs: { parameters: {}, artifacts: { artifact: [artifact] } } });
});

test("a file of this machine that is not there is told, and so is a URI that is empty", async () => {
  const missing = join(folder, "missing");
  expect(await importing({ artifactUri: { constant: missing } })).toMatchObject({
    outcome: "failed",
    error: { code: "ARTIFACT_UNAVAILABLE", message: `there is nothing at ${missing}` },
  });
  await writeFile(missing, "");
  expect(await importing({ artifactUri: { constant: missing } })).toMatchObject({ outcome: "succeeded" });
  expect(await importing({ artifactUri: { runtimeParameter: "uri" } })).toMatchObject({ outcome: "failed" });
});

test.each(["/etc/passwd", "file:///etc/passwd", "/no/such/file/of/others/../../../../../../etc/passwd", "run"])(
  "where tasks are kept apart, nothing of this machine is imported: %s",
  async (uri) => {
    const constant = uri === "run" ? join(folder, "tasks") : uri;
    const result = await importing({ artifactUri: { constant } }, {}, { movesPaths: true });
    expect(result).toMatchObject({ outcome: "failed", error: { code: "ARTIFACT_UNAVAILABLE" } });
  },
);

test("what is to be brought into the workspace is there, under the path that components look for", async () => {
  server.objects.set("bucket/data.csv", Buffer.from("1,2"));
  const workspace = { folder: join(folder, "workspace"), path: "/kfp-workspace" };
  const importer = { artifactUri: { constant: "s3://bucket/data.csv" }, downloadToWorkspace: true };
  const result = await importing(importer, {}, { workspace });
  expect(result).toMatchObject({ outputs: { artifacts: { artifact: [{ metadata: { _kfp_workspace: true } }] } } });
  expect(await readFile(join(workspace.folder, ".artifacts", "s3", "bucket", "data.csv"), "utf8")).toBe("1,2");
  await rm(join(workspace.folder, ".artifacts"), { recursive: true });
  await mkdir(join(folder, "elsewhere"));
  await symlink(join(folder, "elsewhere"), join(workspace.folder, ".artifacts"));
  const out = { artifactUri: { constant: "s3://bucket/../../../data.csv" }, downloadToWorkspace: true };
  for (const one of [importer, out]) {
    expect(await importing(one, {}, { workspace })).toMatchObject({ error: { code: "ARTIFACT_UNAVAILABLE" } });
  }
  expect(await importing(importer)).toMatchObject({ outcome: "failed", error: { code: "PIPELINE_INVALID" } });
});
