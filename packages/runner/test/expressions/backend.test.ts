import type { Json } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";
import { parseExpression } from "../../src/expressions/parse.ts";

const p = (name: string) => `inputs.parameter_values['pipelinechannel--${name}']`;
const withChannels = (values: Readonly<Record<string, Json>>) => ({
  parameters: Object.fromEntries(Object.entries(values).map(([name, value]) => [`pipelinechannel--${name}`, value])),
});

describe("a condition as Kubeflow's compiler writes it", () => {
  test.each<[condition: string, values: Readonly<Record<string, Json>>, holds: boolean]>([
    [`${p("flip-coin-Output")} == 'heads'`, { "flip-coin-Output": "heads" }, true],
    [`${p("flip-coin-Output")} == 'heads'`, { "flip-coin-Output": "tails" }, false],
    [`!(${p("flip-coin-Output")} == 'heads')`, { "flip-coin-Output": "tails" }, true],
    [`${p("op-Output")} != 'no-such-result'`, { "op-Output": "heads" }, true],
    [`${p("a-Output")} == ${p("b-Output")}`, { "a-Output": "heads", "b-Output": "heads" }, true],
    [`${p("a-Output")} == ${p("b-Output")}`, { "a-Output": "heads", "b-Output": "tails" }, false],
    [`${p("pick_a")} == true`, { pick_a: true }, true],
    [`!(${p("pick_a")} == true)`, { pick_a: true }, false],
    [`int(${p("number-output")}) <= 15`, { "number-output": 15 }, true],
    [`int(${p("number-output")}) > 15`, { "number-output": 15 }, false],
    [`!(int(${p("n")}) > 5) && int(${p("n")}) > 2`, { n: 3 }, true],
    [`!(int(${p("n")}) > 5) && !(int(${p("n")}) > 2)`, { n: 3 }, false],
    [`double(${p("x")}) >= 0.5`, { x: 0.5 }, true],
    [`'' == ${p("text")}`, { text: "" }, true],
  ])("%s with %j is %j", (condition, values, holds) => {
    expect(parseExpression(condition).evaluate(withChannels(values))).toBe(holds);
  });
});

/** Facts of cel-go, as the backend uses it: each was asked of it. */
describe("an expression has the value that it has in the backend", () => {
  const parameters = { n: 3, half: 2.5, million: 1_234_567, tiny: 0.000_01, map: { k: 1 }, none: null, text: "abc" };
  const v = (name: string) => `inputs.parameter_values.${name}`;
  test.each<[expression: string, value: Json]>([
    // Numbers of pipelines are doubles, and yet equal to whole numbers.
    [`${v("n")} == 3`, true],
    [`${v("n")} == 3.0`, true],
    [`${v("n")} < 4 && ${v("half")} > 2`, true],
    [`${v("n")} in [1, 3]`, true],
    // Other types are never equal, and that is no error.
    [`${v("n")} == '3'`, false],
    [`${v("none")} == null`, true],
    [`${v("none")} == 0`, false],
    ["int(2.9) == 2 && int(-2.9) == -2", true],
    ["int('-12')", -12],
    [`string(${v("n")})`, "3"],
    [`string(${v("half")})`, "2.5"],
    [`string(${v("million")})`, "1.234567e+06"],
    [`string(${v("tiny")})`, "1e-05"],
    ["string(1234567)", "1234567"],
    ["string(null)", "null"],
    ["bool('True') && !bool('0')", true],
    ["7 / 2", 3],
    ["-7 / 2", -3],
    ["-7 % 3", -1],
    ["1.0 / 0.0 > 1e308", true],
    ["0.0 / 0.0 == 0.0 / 0.0", false],
    ["[1, 2] == [1.0, 2.0]", true],
    [`'k' in ${v("map")} && !(1 in ${v("map")})`, true],
    ["size('añ✓')", 3],
    ["'\\x41\\101\\u0041\\U00000041' == 'AAAA'", true],
    ["0x1F == 31", true],
    ["true ? 'a' : 'b'", "a"],
    ["-9223372036854775807 - 1 < 0", true],
  ])("%s is %j", (expression, value) => {
    expect(parseExpression(expression).evaluate({ parameters })).toBe(value);
  });

  test.each([
    "1 + 1.0",
    `${v("n")} + 1`,
    `${v("text")} < 1`,
    `${v("text")} && true`,
    `!${v("n")}`,
    "int('3.5')",
    "int('')",
    "int(1e300)",
    "bool('yes')",
    "double('abc')",
    "double('0x10')",
    "9223372036854775807 + 1",
    "9223372036854775807 * 2",
    "1 / 0",
    "1 % 0",
    "2.5 % 2.0",
    "[1][1]",
    "[1][-1]",
    "parseJson('{')",
    `${v("absent")} == 1`,
    `${v("map")}.absent`,
  ])("%s has none", (expression) => {
    expect(() => parseExpression(expression).evaluate({ parameters })).toThrow(/the expression is wrong at character/);
  });
});

describe("a selector has the part that it has in the backend", () => {
  const nested = { a: "A", list: [1.1], nested: { a: "A", b: "B" } };
  test.each<[expression: string, value: Json, part: Json]>([
    ["string_value", "Hello,World!", "Hello,World!"],
    ["parseJson(string_value)[0]", "[1.1,1.2,1.3]", 1.1],
    ["string_value", null, ""],
    ["struct_value.a", nested, "A"],
    ["struct_value.list", nested, [1.1]],
    ["struct_value.nested", nested, { a: "A", b: "B" }],
    ["struct_value.nested.b", nested, "B"],
    ['parseJson(string_value)["A_a"]', { A_a: "1" }, "1"],
  ])("%s of %j", (expression, value, part) => {
    expect(parseExpression(expression).evaluate({ value })).toEqual(part);
  });

  test.each<[expression: string, value: Json]>([
    ["parseJson(string_value)", "invalidjson"],
    ["struct_value", "Hello"],
    ["struct_value.c", nested],
  ])("%s of %j is an error", (expression, value) => {
    expect(() => parseExpression(expression).evaluate({ value })).toThrow(/the expression is wrong/);
  });
});
