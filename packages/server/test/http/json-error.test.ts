import { describe, expect, test } from "vitest";
import { findJsonError } from "../../src/http/json-error.ts";
import { randomFrom } from "../random.ts";

describe("what is no JSON", () => {
  test.each([
    ["", 1, 1, "expected a value, but the text ends"],
    ["nope", 1, 1, 'expected a value, but there is "n"'],
    ["{", 1, 2, 'expected a name in double quotes or "}", but the text ends'],
    ['{"a": 1,}', 1, 9, 'expected a name in double quotes, but there is "}"'],
    ['{"a" 1}', 1, 6, 'expected ":", but there is "1"'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected "," or "}", but there is "\\""'],
    ["[1,]", 1, 4, 'expected a value, but there is "]"'],
    ["[1 2]", 1, 4, 'expected "," or "]", but there is "2"'],
    ["{}x", 1, 3, 'expected the end, but there is "x"'],
    ["[01]", 1, 2, 'expected a value or "]", but there is "0"'],
    ["{'a': 1}", 1, 2, 'expected a name in double quotes or "}", but there is "\'"'],
    ['["a\nb"]', 1, 4, "a control character stands in a string; escape it"],
    ['["\\x"]', 1, 3, "there is no such escape in JSON"],
    ['["abc', 1, 2, "this string does not end"],
    ["[🌙]", 1, 2, 'expected a value or "]", but there is "🌙"'],
    ["]", 1, 1, 'expected a value, but there is "]"'],
    ["[1}", 1, 3, 'expected "," or "]", but there is "}"'],
  ])("%j is said to stop being JSON where it does", (text, line, column, problem) => {
    expect(findJsonError(text)).toEqual({ line, column, problem });
  });

  test("agrees with JSON.parse on what is JSON, whatever is changed in it", () => {
    const random = randomFrom(7);
    const seed = '{"a": [1, -2.5e+3, "x\\u00e9\\n", true, null, {}], "b": {"c": [[], [0]]}}';
    const noise = '{}[]:,"\\ \t\n0123456789-+.eEtrufalsn\u0001é';
    for (let round = 0; round < 20_000; round += 1) {
      const at = random(seed.length);
      const text = seed.slice(0, at) + (noise[random(noise.length)] ?? "") + seed.slice(at + random(3));
      expect(findJsonError(text) === undefined, text).toBe(isJson(text));
    }
  });

  test("a long string and deep nesting are no trouble", () => {
    expect(findJsonError(`["${"x".repeat(5_000_000)}`)?.problem).toBe("this string does not end");
    expect(findJsonError("[".repeat(1_000_000))?.column).toBe(1_000_001);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
