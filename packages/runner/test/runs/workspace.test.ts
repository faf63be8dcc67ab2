import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bubblewrap } from "../../src/isolation/bubblewrap.ts";
import { createRunner } from "../../src/runs/create-runner.ts";
import type { RunnerOptions, RunView } from "../../src/runs/runner.ts";
import { shellPipeline } from "./pipelines.ts";

const problem = await bubblewrap().unavailable();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kfp-ts-workspace-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pipeline = shellPipeline(
  [
    { name: "one", script: `echo of one > {{$.workspace_path}}/note; printf {{$.workspace_path}} > "$OUT"` },
    { name: "two", script: `cat {{$.workspace_path}}/note > "$OUT"`, after: ["one"] },
  ],
  "shared",
  { pipelineConfig: { workspace: { size: "1Gi" } } },
);

async function executed(isolation: RunnerOptions["isolation"]): Promise<RunView> {
  const runner = await createRunner({ folder, isolation, hostCommands: true, env: { PATH: process.env.PATH } });
  try {
    return await (await runner.start({ pipeline })).ended;
  } finally {
    await runner.close();
  }
}

test("the tasks of a run share a folder where the pipeline wants one, and it stays with the run", async () => {
  const view = await executed("none");
  const workspace = join(folder, "runs", view.runId, "workspace");
  expect(view.tasks.map(({ outputs }) => outputs.parameters.Output)).toEqual([workspace, "of one\n"]);
  expect(readFileSync(join(workspace, "note"), "utf8")).toBe("of one\n");
  expect(statSync(workspace).mode & 0o077).toBe(0);
});

test.skipIf(problem !== undefined)(
  `isolated tasks see it where they do on a cluster (skipped without bubblewrap: ${problem})`,
  async () => {
    const view = await executed("bubblewrap");
    expect(view.tasks.map(({ outputs }) => outputs.parameters.Output)).toEqual(["/kfp-workspace", "of one\n"]);
  },
);
