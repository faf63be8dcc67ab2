import type { Json } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";
import { RunnerError } from "../../src/errors/runner-error.ts";
import { parseExpression } from "../../src/expressions/parse.ts";

const parameters: Readonly<Record<string, Json>> = {
  n: 3,
  word: "it's",
  yes: true,
  list: [1, { a: "b" }],
  nothing: null,
  json: '{"k": [1, 2.5]}',
  "pipelinechannel--a-Output": "heads",
};
const p = (name: string) => `inputs.parameter_values['${name}']`;
const artifacts = { model: [{ name: "m", type: {}, uri: "u", metadata: { accuracy: 0.95 } }] };

describe("a condition", () => {
  test.each<[string, Json]>([
    [`${p("pipelinechannel--a-Output")} == 'heads'`, true],
    ['inputs.parameter_values["n"] == 3', true],
    [`int(${p("n")}) >= 3 && int(${p("n")}) < 4`, true],
    [`!(${p("yes")}) || ${p("n")} != 3`, false],
    [`!(int(${p("n")}) == 3) && int(${p("n")}) == 4`, false],
    [`${p("n")} * 2.0 > 5.9`, true],
    [`${p("word")} == "it's" && ${p("word")} == 'it\\'s'`, true],
    [`r'\\d' == '\\\\d' && '\\u00fc\\x41' == 'üA'`, true],
    [`'''a\n"b"''' == "a\\n\\"b\\""`, true],
    [`${p("yes")} == true`, true],
    [`${p("nothing")} == null`, true],
    [`${p("n")} == '3'`, false],
    [`${p("list")}[1].a == 'b' && ${p("list")}[1]["a"] == 'b'`, true],
    [`size(${p("list")}) == 2 && size('ü✓') == 2`, true],
    [`parseJson(${p("json")})["k"][1] == 2.5`, true],
    [`'a' in ['a', 'b'] && !('c' in ['a'])`, true],
    [`${p("n")} > 2.0 ? 'more' : 'less'`, "more"],
    ["1 + 2 * 3 - -4 == 11 && 7 / 2 == 3 && 7.0 / 2.0 == 3.5 && 7 % 4 == 3", true],
    ["(1 + 2) * 3", 9],
    ["'a' + 'b' < 'ac'", true],
    ["int('12') + int(3.9) == 15 && double('1.5') == 1.5 && string(2) == '2'", true],
    ["inputs.artifacts['model'].artifacts[0].metadata['accuracy'] * 100.0 > 90.0", true],
    ["1 == 1.0 && 2 > 1.5", true],
  ])("%s is %j", (text, value) => {
    expect(parseExpression(text).evaluate({ parameters, artifacts })).toBe(value);
  });

  test("is decided by one side where that is enough, whichever side has no value", () => {
    const none = p("absent");
    for (const text of [`false && ${none}`, `${none} && false`]) {
      expect(parseExpression(text).evaluate({ parameters })).toBe(false);
    }
    for (const text of [`true || ${none}`, `${none} || true`]) {
      expect(parseExpression(text).evaluate({ parameters })).toBe(true);
    }
    expect(() => parseExpression(`${none} || false`).evaluate({ parameters })).toThrow(/no "absent"/);
  });

  test.each([
    ["x == 'O'Brien'", /character 9:/],
    ["", /ends too early/],
    ["1 +", /ends too early/],
    ["a.matches('x')", /function matches of a value is not supported/],
    ["'open", /no end/],
    ["1 ~ 2", /"~" has no meaning/],
    ["'\\q'", /no such escape/],
    ["(((1)", /\) is expected/],
    ["1 2", /not expected/],
    [`${"(".repeat(5000)}1`, /too deeply/],
    [`${"!".repeat(5000)}true`, /too deeply/],
  ])("that is wrong is refused with the place: %s", (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });

  test.each([
    ["1 + 1.0", /\+ has no value for a int and a double/],
    ["nobody", /nothing of the name nobody/],
    ["timestamp('x')", /function timestamp is not supported/],
    ["int('x')", /int has no value for the string "x"/],
    ["!1", /! takes a bool/],
    ["'a' < 1", /< has no value/],
    ["1 / 0", /no value/],
    ["[1][5]", /no item 5/],
    [`${p("n")}.x`, /a double has no members/],
    ["__proto__", /nothing of the name/],
    [`parseJson('${"[".repeat(5000)}${"]".repeat(5000)}')`, /parseJson has no value for the string/],
    ["inputs.constructor", /no "constructor"/],
  ])("whose values do not fit is refused: %s", (text, message) => {
    const refused = () => parseExpression(text).evaluate({ parameters });
    expect(refused).toThrow(message);
    expect(refused).toThrow(RunnerError);
  });
});

describe("a selector", () => {
  test.each<[string, Json, Json]>([
    ["string_value", "Hello,World!", "Hello,World!"],
    ["string_value", { a: 1 }, '{"a":1}'],
    ["parseJson(string_value)[0]", [1.1], 1.1],
    ["parseJson(string_value)", '{"a": "A"}', { a: "A" }],
    ['parseJson(string_value)["k"]', { k: [1, "x"] }, [1, "x"]],
    ["struct_value.a", { a: "A" }, "A"],
    ["struct_value.nested.b", { nested: { b: "B" } }, "B"],
    ["list_value[1]", [1, 2], 2],
    ["number_value", 5, 5],
  ])("%s of %j is %j", (text, value, part) => {
    expect(parseExpression(text).evaluate({ value })).toEqual(part);
  });

  test("of a part that is not there is refused", () => {
    expect(() => parseExpression("struct_value.c").evaluate({ value: { a: 1 } })).toThrow(/no "c"/);
    expect(() => parseExpression("struct_value.c").evaluate({ value: [1] })).toThrow(/struct_value/);
  });
});
