import type { JsonObject } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";
import { RunnerError } from "../../src/errors/runner-error.ts";
import { planOf } from "../../src/plan/plan-of.ts";
import { rootInputs } from "../../src/plan/root-inputs.ts";
import { pipelineOf } from "../findings/pipeline.ts";

const parameters = {
  n: { parameterType: "NUMBER_INTEGER" },
  text: { parameterType: "STRING", defaultValue: "given" },
  maybe: { parameterType: "LIST", isOptional: true },
  mode: { parameterType: "STRING", defaultValue: "a", literals: ["a", "b"] },
};
const artifacts = {
  data: { artifactType: { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" } },
  models: { artifactType: { schemaTitle: "system.Model" }, isArtifactList: true, isOptional: true },
};
const inputsOf = (
  definitions: JsonObject,
  given: JsonObject,
  uris: Readonly<Record<string, readonly string[]>> = {},
) => {
  const pipeline = pipelineOf({ root: { inputDefinitions: definitions } });
  return rootInputs(pipeline, planOf(pipeline), given, uris);
};

describe("what goes into a run", () => {
  test("are the given parameters, the defaults of the others, and null for what may be left out", () => {
    const values = inputsOf({ parameters }, { n: 3, mode: "b" });
    expect(values).toEqual({ parameters: { n: 3, text: "given", maybe: null, mode: "b" }, artifacts: {} });
  });

  test("are values that mean nothing to anybody but the pipeline, as zero, false and nothing", () => {
    const defaults = {
      z: { parameterType: "NUMBER_INTEGER", defaultValue: 7 },
      b: { parameterType: "BOOLEAN", defaultValue: true },
    };
    expect(inputsOf({ parameters: defaults }, { z: 0, b: false }).parameters).toEqual({ z: 0, b: false });
  });

  test.each<[given: JsonObject, fact: RegExp]>([
    [{}, /parameter n is not optional/],
    [{ n: "3" }, /parameter n requires type/],
    [{ n: 1, text: 2 }, /parameter text requires type string/],
    [{ n: 1, mode: "c" }, /"mode" value .* does not match any of the allowed literal values/],
    [{ n: 1, other: 1 }, /not required by pipeline: other/],
    [{ n: 1, text: JSON.parse("[".repeat(5000) + "]".repeat(5000)) }, /parameter text nests more than 1000 deep/],
  ])("is refused where it does not fit: %#", (given, fact) => {
    const refused = () => inputsOf({ parameters }, given);
    expect(refused).toThrow(fact);
    expect(refused).toThrow(expect.objectContaining({ code: "PARAMETERS_INVALID" }));
    expect(refused).toThrow(RunnerError);
  });

  test("are artifacts by where they are, with the type that the pipeline says", () => {
    const { artifacts: given } = inputsOf(
      { artifacts },
      {},
      { data: ["/data/x.csv"], models: ["s3://b/1", "s3://b/2"] },
    );
    expect(given.data).toEqual([{ name: "data", type: artifacts.data.artifactType, uri: "/data/x.csv", metadata: {} }]);
    expect(given.models?.map(({ uri }) => uri)).toEqual(["s3://b/1", "s3://b/2"]);
  });

  test("are no artifacts that may be left out and are", () => {
    expect(Object.keys(inputsOf({ artifacts }, {}, { data: ["/x"] }).artifacts)).toEqual(["data"]);
  });

  test.each<[uris: Readonly<Record<string, readonly string[]>>, fact: RegExp]>([
    [{}, /the artifact data is missing.*system\.Dataset/],
    [{ data: ["/a", "/b"] }, /the artifact data is one, and 2 URIs are given/],
    [{ data: ["/a"], other: ["/b"] }, /takes no artifact of the name other/],
  ])("is refused where artifacts do not fit: %j", (uris, fact) => {
    expect(() => inputsOf({ artifacts }, {}, uris)).toThrow(fact);
  });
});
