import { expect, test } from "vitest";
import { runMetadata, withRunMetadata } from "../../src/values/run-metadata.ts";

const record = {
  runId: "0f5c2f5e-0000-4000-8000-000000000001",
  displayName: "my run",
  pipelineName: "train",
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  scheduledAt: Date.UTC(2026, 0, 2, 4),
  parameters: {},
  artifacts: {},
  pipelineRoot: "",
  namespace: "",
  cache: true,
};

test("a run has the name of a workflow, and its times in whole seconds of UTC, as on a cluster", () => {
  expect(runMetadata(record)).toEqual({
    runId: record.runId,
    displayName: "my run",
    resourceName: "train-0f5c2",
    createdAt: "2026-01-02T03:04:05Z",
    scheduledAt: "2026-01-02T04:00:00Z",
    workspacePath: undefined,
  });
});

test("a run whose tasks share no folder leaves the placeholder of that folder as it is", () => {
  const text = "{{$.workspace_path}}/data";
  expect(withRunMetadata(text, runMetadata(record), { name: "a", path: "a" })).toBe(text);
});

test("what the path of the workspace says is taken as it is", () => {
  const run = runMetadata(record, "/runs/$&/{{$.pipeline_job_uuid}}");
  expect(withRunMetadata("{{$.workspace_path}}", run, { name: "a", path: "a" })).toBe(
    "/runs/$&/{{$.pipeline_job_uuid}}",
  );
});
