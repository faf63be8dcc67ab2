import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/messages/field.ts";
import {
  checkRuntimeParameters,
  inputParameters,
  type ParameterSpec,
  parsePipelineDocuments,
  pipelineName,
  pipelineSpecFromStruct,
} from "../../src/pipeline-spec/index.ts";
import { contractPresent, recordedSteps, sharedText } from "./corpus.ts";
import { thrownBy, typedPipeline } from "./samples.ts";

const check = (parameters: JsonObject) => checkRuntimeParameters(typedPipeline, parameters);
const takes = (p: ParameterSpec) => ({ root: { inputDefinitions: { parameters: { p } } } });

// Skipped where the recorded exchanges do not lie beside the repository (../shared/contract).
describe.skipIf(!contractPresent)("the recorded runs with parameters", () => {
  const inline = recordedSteps("runs-parameters").filter(({ request }) => request.body?.pipeline_spec !== undefined);
  it.each(inline)("$name", ({ request, response, match }) => {
    const { pipelineSpec } = pipelineSpecFromStruct(request.body?.pipeline_spec ?? {});
    const action = () => checkRuntimeParameters(pipelineSpec, request.body?.runtime_config?.parameters ?? {});
    if (response.status === 200) expect(action).not.toThrow();
    else expect(thrownBy(action)).toMatchObject({ code: "INVALID_ARGUMENT", message: match?.userMessage });
  });

  const typed = () => parsePipelineDocuments(sharedText("contract/fixtures/typed.yaml")).pipelineSpec;
  it.each(recordedSteps("recurring-sources").filter(({ name }) => /parameter|macros/.test(name)))(
    "recurring: $name",
    ({ request, response, match }) => {
      const action = () => checkRuntimeParameters(typed(), request.body?.runtime_config?.parameters ?? {});
      if (response.status === 200) expect(action).not.toThrow();
      else expect(thrownBy(action).message).toBe(match?.userMessage);
    },
  );
});

describe("the parameters of a run", () => {
  it("may leave out what has a default or is optional, and nothing else", () => {
    expect(() => check({ text: "hi" })).not.toThrow();
    expect(thrownBy(() => check({})).message).toBe(
      "parameter text is not optional, yet has neither default value nor user provided value",
    );
  });

  it("may give a whole number a fraction, as the real server lets them", () => {
    expect(() => check({ text: "", count: 7.5 })).not.toThrow();
  });

  it("are not null, even where they may be left out", () => {
    expect(thrownBy(() => check({ text: "a", maybe: null })).message).toBe(
      "input parameter maybe requires type string, but the input parameter is not of string value type",
    );
  });

  it("are known to the pipeline, also where they are called as a member of every object is", () => {
    expect(thrownBy(() => check({ text: "a", toString: 1, b: 2 } as JsonObject)).message).toBe(
      "parameter(s) provided are not required by pipeline: toString, b",
    );
    expect(thrownBy(() => checkRuntimeParameters({}, { a: 1 })).message).toContain("not required by pipeline: a");
    expect(() => checkRuntimeParameters({}, {})).not.toThrow();
  });

  it("are one of the literals where there are any", () => {
    expect(() => check({ text: "a", size: "large" })).not.toThrow();
    expect(thrownBy(() => check({ text: "a", size: "huge" })).message).toBe(
      'input parameter "size" value string_value:"huge" does not match any of the allowed literal values: ' +
        '[string_value:"small" string_value:"large"]',
    );
    const struct = takes({ parameterType: "STRUCT", literals: [{ a: [1, null], b: true }] });
    expect(() => checkRuntimeParameters(struct, { p: { b: true, a: [1, null] } })).not.toThrow();
    expect(thrownBy(() => checkRuntimeParameters(struct, { p: { a: [1] } })).message).toContain(
      'value struct_value:{fields:{key:"a" value:{list_value:{values:{number_value:1}}}}} does not match',
    );
  });

  it.each([
    [
      { parameterType: "TASK_FINAL_STATUS" },
      "input parameter p requires type TASK_FINAL_STATUS, which is invalid for root component",
    ],
    [{ parameterType: "TASK_CONFIG" }, "input parameter p requires type unknown"],
    [{ type: "INT" }, "input parameter p has unspecified type"],
  ] as const)("are not of the type of %j", (parameter, message) => {
    expect(thrownBy(() => checkRuntimeParameters(takes(parameter), { p: {} })).message).toBe(message);
  });
});

describe("the facts about a pipeline", () => {
  it("are its name", () => {
    expect(pipelineName(typedPipeline)).toBe("typed");
    expect(pipelineName({})).toBe("");
  });

  it("are its parameters in order, with type, default, description and literals", () => {
    const parameters = inputParameters(typedPipeline);
    expect(parameters.map(({ name }) => name)).toEqual([
      "text",
      "count",
      "ratio",
      "flag",
      "items",
      "config",
      "maybe",
      "size",
    ]);
    expect(parameters[0]).toEqual({ name: "text", type: "STRING", optional: false });
    expect(parameters[2]).toEqual({
      name: "ratio",
      type: "NUMBER_DOUBLE",
      optional: true,
      defaultValue: 0.5,
      description: "of the whole",
    });
    expect(parameters[7]).toEqual({ name: "size", type: "STRING", optional: true, literals: ["small", "large"] });
  });

  it("a default of null is a default", () => {
    const [parameter] = inputParameters(takes({ parameterType: "STRING", defaultValue: null }));
    expect(parameter).toEqual({ name: "p", type: "STRING", optional: true, defaultValue: null });
  });
});
