import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/messages/field.ts";
import { pipelineSpecFromStruct, pipelineSpecToStruct } from "../../src/pipeline-spec/index.ts";
import { contractPresent, recordedSteps } from "./corpus.ts";
import { echoPipeline, pipelineOfTasks, thrownBy } from "./samples.ts";

const echo = echoPipeline() as JsonObject;
const settings = { platforms: { kubernetes: { deploymentSpec: { executors: { "exec-echo": { a: 1 } } } } } };

describe("the pipeline_spec of the API", () => {
  it("is the spec itself where there are no settings for Kubernetes", () => {
    const parsed = pipelineSpecFromStruct(echo);
    expect(parsed).toEqual({ pipelineSpec: echo });
    expect(pipelineSpecToStruct(parsed)).toEqual(echo);
  });

  it("is both where there are, under names in snake_case or camelCase", () => {
    const struct = { pipeline_spec: echo, platform_spec: settings };
    const parsed = pipelineSpecFromStruct(struct);
    expect(parsed).toEqual({ pipelineSpec: echo, platformSpec: settings });
    expect(pipelineSpecToStruct(parsed)).toEqual(struct);
    expect(pipelineSpecFromStruct({ pipelineSpec: echo, platformSpec: settings })).toEqual(parsed);
  });

  it.each([[{}], [null]])("has no settings where they are %j", (none) => {
    expect(pipelineSpecFromStruct({ pipeline_spec: echo, platform_spec: none })).toEqual({ pipelineSpec: echo });
  });

  it.each<[JsonObject, string]>([
    [{}, "pipeline_spec is no compiled pipeline: pipelineInfo.name: the pipeline has no name"],
    [{ foo: "bar" }, "pipeline_spec is no compiled pipeline: foo: unknown field; known are"],
    [{ pipeline_spec: "x" }, 'pipeline_spec is no compiled pipeline: must be a mapping, and is the text "x"'],
    [{ pipeline_spec: null }, "pipeline_spec is no compiled pipeline: must be a mapping, and is null"],
    [echoPipeline({ schemaVersion: "1.0.0" }) as JsonObject, "KFP only supports schema version 2.1.0, but the"],
    [echoPipeline({ pipelineInfo: { name: "Bad Name" } }) as JsonObject, "pipeline's name must contain only lowercase"],
    [{ apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" }, "Argo Workflow"],
    [pipelineOfTasks({ a: {} }) as JsonObject, "root.dag.tasks.a.componentRef.name: the task refers to no component"],
    [
      { pipeline_spec: echo, platform_spec: { platforms: { kubernetes: 1 } } },
      "invalid platform spec: platforms.kubernetes: must be a mapping",
    ],
  ])("is refused: %j", (struct, message) => {
    const refusal = thrownBy(() => pipelineSpecFromStruct(struct));
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(refusal.message).toContain(message);
  });

  it("is refused where it is 10,000 levels deep", () => {
    const deep = JSON.parse(`{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`);
    expect(thrownBy(() => pipelineSpecFromStruct(deep)).message).toContain("it is nested deeper than 200 levels");
  });
});

// Skipped where the recorded exchanges do not lie beside the repository (../shared/contract).
describe.skipIf(!contractPresent)("the recorded runs", () => {
  const steps = ["runs-create-inline", "runs-parameters", "recurring-sources", "recurring-cron"]
    .flatMap(recordedSteps)
    .filter(({ request }) => request.body?.pipeline_spec !== undefined && request.method === "POST");

  it("have inline specs to test with", () => expect(steps.length).toBeGreaterThan(30));

  it.each(steps)("$name: the spec comes back as it was sent", ({ request, response }) => {
    if (response.status !== 200) return;
    expect(pipelineSpecToStruct(pipelineSpecFromStruct(request.body?.pipeline_spec ?? {}))).toEqual(
      response.body.pipeline_spec,
    );
  });

  it.each(["empty spec", "spec that is none", "other schema version", "no root", "bad pipeline name"])(
    "%s: what upstream answers with 500 is an invalid argument",
    (name) => {
      const step = recordedSteps("runs-create-inline").find((candidate) => candidate.name === name);
      expect(step?.request.body?.pipeline_spec).toBeDefined();
      expect(thrownBy(() => pipelineSpecFromStruct(step?.request.body?.pipeline_spec ?? {}))).toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    },
  );
});
