import { describe, expect, it } from "vitest";
import { parsePipelineDocuments } from "../../src/pipeline-spec/index.ts";
import { echoPipeline, echoTask, pipelineOfTasks, thrownBy } from "./samples.ts";

const specOf = (document: unknown) => parsePipelineDocuments(JSON.stringify(document)).pipelineSpec;
const reasonOf = (document: unknown) => (thrownBy(() => specOf(document)).cause as Error).message;
const withTask = (task: object) => pipelineOfTasks({ echo: { ...echoTask(), ...task } });
const taskOf = (task: object) => specOf(withTask(task)).root?.dag?.tasks?.echo;

describe("a pipeline comes out as proto3 JSON writes it", () => {
  it("names may be in snake_case, and come out in camelCase", () => {
    const { pipelineInfo, schemaVersion, deploymentSpec, ...rest } = echoPipeline();
    const snake = {
      ...rest,
      pipeline_info: pipelineInfo,
      schema_version: schemaVersion,
      deployment_spec: deploymentSpec,
    };
    expect(specOf(snake)).toEqual(echoPipeline());
  });

  it("zero values and nulls are left out, empty messages are not", () => {
    const task = { cachingOptions: { enableCache: false, cacheKey: "" }, dependentTasks: [], inputs: null };
    expect(taskOf(task)).toEqual({ ...echoTask(), cachingOptions: {} });
  });

  it("what was chosen of several stays, also with its zero value", () => {
    const inputs = { parameters: { a: { componentInputParameter: "" }, b: { runtimeValue: { constant: null } } } };
    expect(taskOf({ inputs })).toEqual({ ...echoTask(), inputs });
  });

  it("null is a value where any value may stand", () => {
    const parameters = { a: { parameterType: "STRING", defaultValue: null, isOptional: false } };
    const { root } = specOf(
      echoPipeline({ root: { ...(echoPipeline().root as object), inputDefinitions: { parameters } } }),
    );
    expect(root?.inputDefinitions?.parameters).toEqual({ a: { parameterType: "STRING", defaultValue: null } });
  });

  it("numbers may be texts, and names of a list numbers", () => {
    const task = {
      retryPolicy: { maxRetryCount: "2", backoffFactor: "1.5e1", backoffDuration: "1.50s" },
      triggerPolicy: { strategy: 2 },
    };
    expect(taskOf(task)).toMatchObject({
      retryPolicy: { maxRetryCount: 2, backoffFactor: 15, backoffDuration: "1.500s" },
      triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
    });
  });

  it("free-form parts stay as they are", () => {
    const deploymentSpec = {
      ...(echoPipeline().deploymentSpec as object),
      "@type": "x",
      zero: { a: 0, b: null, c: [] },
    };
    expect(specOf(echoPipeline({ deploymentSpec })).deploymentSpec).toEqual(deploymentSpec);
  });
});

describe("a field that does not fit is named with its place", () => {
  const task = "root.dag.tasks.echo";
  it.each([
    [{ components_1: {} }, "components_1: unknown field; known are pipelineInfo, deploymentSpec,"],
    [{ components: [] }, "components: must be a mapping, and is a list"],
    [{ pipelineInfo: { name: 5 } }, "pipelineInfo.name: must be a text (put it in quotes), and is the number 5"],
    [{ schemaVersion: true }, "schemaVersion: must be a text (put it in quotes), and is the boolean true"],
    [{ pipeline_info: { name: "b" } }, "pipeline_info: the field pipelineInfo is here twice"],
    [{ root: { dag: {}, executorLabel: "x" } }, "root.executorLabel: only one of dag and executorLabel may be set"],
    [
      { components: { c: { inputDefinitions: { parameters: { "a b": { parameterType: "INT" } } } } } },
      'components.c.inputDefinitions.parameters["a b"].parameterType: must be one of PARAMETER_TYPE_ENUM_UNSPECIFIED, NUMBER_DOUBLE,',
    ],
  ])("%j", (over, message) => expect(reasonOf(echoPipeline(over))).toContain(message));

  it.each([
    [{ dependentTasks: ["a", null] }, `${task}.dependentTasks[1]: must be a text (put it in quotes), and is null`],
    [
      { cachingOptions: { enableCache: "true" } },
      `${task}.cachingOptions.enableCache: must be true or false, and is the text "true"`,
    ],
    [{ retryPolicy: { maxRetryCount: 1.5 } }, `${task}.retryPolicy.maxRetryCount: must be a whole number of 32 bits`],
    [{ retryPolicy: { maxRetryCount: 2 ** 31 } }, "must be a whole number of 32 bits, and is the number 2147483648"],
    [
      { retryPolicy: { backoffFactor: "NaN" } },
      `${task}.retryPolicy.backoffFactor: must be a number, and is the text "NaN"`,
    ],
    [{ retryPolicy: { backoffDuration: "1m" } }, 'must be a duration in seconds, such as "60s", and is the text "1m"'],
    [
      { parameterIterator: {}, artifactIterator: {} },
      `${task}.artifactIterator: only one of parameterIterator and artifactIterator`,
    ],
    [{ cachingoptions: {} }, `${task}.cachingoptions: unknown field; known are taskInfo, inputs,`],
  ])("%j", (over, message) => expect(reasonOf(withTask(over))).toContain(message));

  it("with a hostile name, in a bounded text", () => {
    expect(reasonOf(echoPipeline({ ["x".repeat(100_000)]: 1 })).length).toBeLessThan(500);
  });

  it("__proto__ is an unknown field like any other", () => {
    const text = JSON.stringify(echoPipeline()).replace("{", '{"__proto__": {},');
    expect((thrownBy(() => parsePipelineDocuments(text)).cause as Error).message).toContain("__proto__: unknown field");
  });
});
