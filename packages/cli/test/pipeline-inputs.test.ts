import type { InputParameter } from "@kfp-ts/api/pipeline-spec";
import { expect, test } from "vitest";
import { readKeyValue } from "../src/command-line/key-value.ts";
import { inputsOf, readParameters } from "../src/pipeline-inputs.ts";

const input = (name: string, type: InputParameter["type"]): InputParameter => ({ name, type, optional: false });
const inputs = [
  input("text", "STRING"),
  input("count", "NUMBER_INTEGER"),
  input("rate", "NUMBER_DOUBLE"),
  input("dry", "BOOLEAN"),
  input("items", "LIST"),
  input("config", "STRUCT"),
];
const read = (...given: string[]) => readParameters(given.map(readKeyValue), inputs);

test("a value means what the pipeline's type of the parameter says", () => {
  expect(read("text=7", "count=7", "rate=1e-3", "dry=True", 'items=[1,"a"]', 'config={"a":{"b":null}}')).toEqual({
    text: "7",
    count: 7,
    rate: 0.001,
    dry: true,
    items: [1, "a"],
    config: { a: { b: null } },
  });
  expect(read("text=", "dry=false")).toEqual({ text: "", dry: false });
  expect(read("text=a=b")).toEqual({ text: "a=b" });
});

test.each([
  ["count=many", 'The parameter count is a number, and "many" is none.'],
  ["count=", 'The parameter count is a number, and "" is none.'],
  ["rate=Infinity", 'The parameter rate is a number, and "Infinity" is none.'],
  ["dry=1", 'The parameter dry is true or false, and "1" is none.'],
  ["items={}", 'The parameter items is a list as JSON, like [1, 2], and "{}" is none.'],
  ["config=[]", 'The parameter config is an object as JSON, like {"a": 1}, and "[]" is none.'],
  ["config=null", 'The parameter config is an object as JSON, like {"a": 1}, and "null" is none.'],
])("a value of another type is refused: %s", (given, message) => {
  expect(() => read(given)).toThrow(message);
});

test("a parameter that the pipeline does not take is refused, with those that it takes", () => {
  expect(() => read("lr=1")).toThrow(
    expect.objectContaining({ message: "The pipeline has no parameter lr.", fix: expect.stringContaining("rate") }),
  );
  expect(() => readParameters([{ key: "x", value: "1" }], [])).toThrow(/no parameter x/);
});

test("a parameter that stands twice is refused", () => {
  expect(() => read("count=1", "count=2")).toThrow("The parameter count is given twice.");
});

test("where the pipeline is not known, a value is JSON, else text", () => {
  const pairs = ["a=1", "b=x", "c=[1]", "d=true", "e=", "f=null"].map(readKeyValue);
  expect(readParameters(pairs, undefined)).toEqual({ a: 1, b: "x", c: [1], d: true, e: "", f: null });
});

test("__proto__ is a name like any other", () => {
  const given = readParameters([{ key: "__proto__", value: "1" }], undefined);
  expect(Object.keys(given)).toEqual(["__proto__"]);
});

test("the inputs of a pipeline are found with and without a platform part", async () => {
  const spec = {
    root: { inputDefinitions: { parameters: { n: { parameterType: "NUMBER_INTEGER", defaultValue: 3 } } } },
  };
  const found = [{ name: "n", type: "NUMBER_INTEGER", optional: true, defaultValue: 3 }];
  expect(await inputsOf(spec)).toEqual(found);
  expect(await inputsOf({ pipeline_spec: spec, platform_spec: {} })).toEqual(found);
  expect(await inputsOf(undefined)).toEqual([]);
});
