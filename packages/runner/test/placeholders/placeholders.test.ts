import { expect, test } from "vitest";
import { executorLookup } from "../../src/placeholders/executor-lookup.ts";
import { expandArguments } from "../../src/placeholders/expand-arguments.ts";
import { substitute } from "../../src/placeholders/substitute.ts";
import type { ExecutorInput } from "../../src/tasks/executor-input.ts";

const data = { name: "data", type: {}, uri: "s3://bucket/data", metadata: { rows: 3, by: "me", tags: ["a"] } };
const model = { name: "model", type: {}, uri: "/run/artifacts/model", metadata: { v: 1 } };
const input: ExecutorInput = {
  inputs: {
    parameterValues: {
      text: "it's",
      number: 1e21,
      whole: 3,
      flag: false,
      list: [1, "a"],
      struct: { a: null },
      empty: "",
    },
    artifacts: { data: { artifacts: [data] }, none: { artifacts: [] } },
  },
  outputs: {
    parameters: { out: { outputFile: "/run/outputs/out" } },
    artifacts: { model: { artifacts: [model] } },
    outputFile: "/run/output_metadata.json",
  },
};
const lookup = executorLookup(input, "/kfp-workspace");

test.each([
  ["{{$}}", JSON.stringify(input)],
  ["{{$.inputs.parameters['text']}}", "it's"],
  ['{{$.inputs.parameters["text"]}}', "it's"],
  ["{{$.inputs.parameters['number']}}", "1000000000000000000000"],
  ["{{$.inputs.parameters['whole']}}", "3"],
  ["{{$.inputs.parameters['flag']}}", "false"],
  ["{{$.inputs.parameters['list']}}", '[1,"a"]'],
  ["{{$.inputs.parameters['struct']}}", '{"a":null}'],
  ["{{$.inputs.parameters['empty']}}", ""],
  ["{{$.inputs.artifacts['data'].uri}}", "s3://bucket/data"],
  ["{{$.inputs.artifacts['data'].path}}", "/s3/bucket/data"],
  ["{{$.inputs.artifacts['data'].metadata['rows']}}", "3"],
  ["{{$.inputs.artifacts['data'].metadata['by']}}", "me"],
  ["{{$.inputs.artifacts['data'].metadata}}", JSON.stringify(data.metadata)],
  ["{{$.inputs.artifacts['data']}}", JSON.stringify(data)],
  ["{{$.outputs.artifacts['model'].path}}", "/run/artifacts/model"],
  ["{{$.outputs.artifacts['model'].uri}}", "/run/artifacts/model"],
  ["{{$.outputs.artifacts['model'].metadata['v']}}", "1"],
  ["{{$.outputs.parameters['out'].output_file}}", "/run/outputs/out"],
  ["{{$.outputs.output_file}}", "/run/output_metadata.json"],
  ["{{$.outputMetadataUri}}", "/run/output_metadata.json"],
  ["{{$.workspace_path}}/x", "/kfp-workspace/x"],
  ["{{$.json_escape[1]}}", JSON.stringify(JSON.stringify(input)).slice(1, -1)],
])("%s is replaced", (text, expected) => {
  expect(substitute(text, lookup)).toBe(expected);
});

test.each([
  "{{$.inputs.parameters['missing']}}",
  "{{$.inputs.parameters['toString']}}",
  "{{$.inputs.artifacts['none'].path}}",
  "{{$.inputs.artifacts['data'].properties['x']}}",
  "{{$.pipeline_job_uuid}}",
  "{{ $.inputs.parameters['text'] }}",
  "{{workflow.name}}",
])("%s is nobody's, and passes as it is, as on a cluster", (text) => {
  expect(substitute(`a ${text} b`, lookup)).toBe(`a ${text} b`);
});

test("a value that looks like a placeholder, or like a replacement, stays what it is", () => {
  const hostile = executorLookup(
    {
      inputs: { parameterValues: { a: "{{$.inputs.parameters['b']}} $& $1", b: "secret" } },
      outputs: { outputFile: "" },
    },
    undefined,
  );
  const text = "{{$.inputs.parameters['a']}}-{{$.inputs.parameters['b']}}";
  expect(substitute(text, hostile)).toBe("{{$.inputs.parameters['b']}} $& $1-secret");
});

const values = { lookup, isPresent: (name: string) => name === "text" };

test("a Concat is one word of all its parts", () => {
  const word = { Concat: ["--a=", "{{$.inputs.parameters['whole']}}", { Concat: ["/", "b"] }] };
  expect(expandArguments([JSON.stringify(word)], values)).toEqual(["--a=3/b"]);
});

test.each([
  ["text", ["--text", "it's"]],
  ["missing", ["none"]],
])("an IfPresent over %s is as many words as it says", (name, expected) => {
  const word = {
    IfPresent: { InputName: name, Then: ["--text", "{{$.inputs.parameters['text']}}"], Else: "none" },
  };
  expect(expandArguments(["a", JSON.stringify(word), "z"], values)).toEqual(["a", ...expected, "z"]);
});

test("an IfPresent without Else is no word at all, also within a Concat", () => {
  const absent = { IfPresent: { InputName: "missing", Then: "x" } };
  expect(expandArguments([JSON.stringify(absent)], values)).toEqual([]);
  expect(expandArguments([JSON.stringify({ Concat: ["a", absent, "b"] })], values)).toEqual(["ab"]);
});

test("JSON that is no such structure is the program's own", () => {
  const words = ['{"Concat": 1, "x": 2}', '{"a": 1}', '{"Concat": broken', "[]"];
  expect(expandArguments(words, values)).toEqual(words);
});

test("a value that looks like a structure stays one word", () => {
  const hostile = { ...values, lookup: () => '{"Concat": ["a", "b"]}' };
  expect(expandArguments(["{{$.inputs.parameters['text']}}"], hostile)).toEqual(['{"Concat": ["a", "b"]}']);
});
