import { describe, expect, test } from "vitest";
import { RunnerError } from "../../src/errors/runner-error.ts";
import { parseExpression } from "../../src/expressions/parse.ts";

/** Numbers that look random and are the same every time: mulberry32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Formula {
  readonly text: string;
  readonly value: boolean;
}

/** A formula, and its value as JavaScript has it. */
function formula(random: (below: number) => number, depth: number): Formula {
  const numbers = [-3, 0, 1, 2, 10];
  const choice = random(depth === 0 ? 2 : 6);
  if (choice === 0) {
    const [a, b] = [numbers[random(5)] ?? 0, numbers[random(5)] ?? 0];
    const operators = { "==": a === b, "!=": a !== b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b };
    const [operator = "", value = false] = Object.entries(operators)[random(6)] ?? [];
    const left = random(2) === 0 ? `${a}` : `inputs.parameter_values["${a}"]`;
    return { text: `${left}${operator}${b}`, value };
  }
  if (choice === 1) {
    const [a, b] = [["", "x", "it's", '"', "\\"][random(5)] ?? "", ["", "x", "it's", '"', "\\"][random(5)] ?? ""];
    return { text: `${JSON.stringify(a)} == ${JSON.stringify(b)}`, value: a === b };
  }
  const left = formula(random, depth - 1);
  if (choice === 2) return { text: `!(${left.text})`, value: !left.value };
  const right = formula(random, depth - 1);
  if (choice === 3) return { text: `(${left.text} && ${right.text})`, value: left.value && right.value };
  if (choice === 4) return { text: `(${left.text} || ${right.text})`, value: left.value || right.value };
  return { text: `(${left.text} ? ${right.text} : !(${right.text}))`, value: left.value === right.value };
}

describe("expressions", () => {
  test("that are formulas have the value that JavaScript gives them", () => {
    const random = randomFrom(1);
    const parameters = Object.fromEntries([-3, 0, 1, 2, 10].map((number) => [`${number}`, number]));
    for (let round = 0; round < 3000; round++) {
      const { text, value } = formula(random, 5);
      expect([text, parseExpression(text).evaluate({ parameters })]).toEqual([text, value]);
    }
  });

  test("of any words have a value, or an error that shows the place", () => {
    const random = randomFrom(2);
    const words =
      "1 2.5 'a' \"b\" r'\\' true null inputs .parameter_values ['n'] [ ] ( ) , . ? : ! - + * / % == != < <= && || in int size parseJson string_value { } ~ \\ ' 1e999 0x ü 🎉 \n".split(
        " ",
      );
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + random(9) }, () => words[random(words.length)]).join(random(2) ? " " : "");
      try {
        const value = parseExpression(text).evaluate({ parameters: { n: 1 }, value: "[1]" });
        expect(value).not.toBeUndefined();
      } catch (error) {
        if (!(error instanceof RunnerError)) throw new Error(`on ${JSON.stringify(text)}`, { cause: error });
        expect(error.code).toBe("EXPRESSION_INVALID");
        expect(error.message).toMatch(/^the expression is wrong at character \d+: [\s\S]*\n {2}.*\n {2} *\^$/);
      }
    }
  });

  test("that are long are read, and ones that are endless are refused, in a moment", () => {
    const long = Array.from({ length: 900 }, (_, index) => `inputs.parameter_values['n'] == ${index}`).join(" || ");
    expect(parseExpression(long).evaluate({ parameters: { n: 899 } })).toBe(true);
    for (const endless of [
      `true${" && true".repeat(50_000)}`,
      `a${".a".repeat(50_000)}`,
      `1${" + 1".repeat(50_000)}`,
      "[".repeat(50_000),
      "-".repeat(50_000),
      `${"true ? ".repeat(50_000)}1`,
      `'${"\\".repeat(50_001)}`,
    ]) {
      expect(() => parseExpression(endless)).toThrow(RunnerError);
    }
  });
});
