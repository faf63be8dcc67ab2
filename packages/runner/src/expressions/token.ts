import { RunnerError } from "../errors/runner-error.ts";

/** A word of an expression; `at` counts characters from 0. */
export type Token =
  | { readonly kind: "number"; readonly value: number | bigint; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "name" | "sign" | "end"; readonly value: string; readonly at: number }
  | { readonly kind: "wrong"; readonly value: string; readonly at: number; readonly error: RunnerError };

const SIGNS = [
  "&&",
  "||",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "!",
  "+",
  "-",
  "*",
  "/",
  "%",
  "?",
  ":",
  ".",
  ",",
  "(",
  ")",
  "[",
  "]",
];
const NUMBER = /^(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)u?/;
const NAME = /^[A-Za-z_]\w*/;
const TEXT_START = /^[rR]?(?:"""|'''|"|')/;

/**
 * Cuts an expression into words. The last one is the end, or what is wrong: something before it may be wrong as well, and
 * say more.
 */
export function tokensOf(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  try {
    read(expression, tokens);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    tokens.push({ kind: "wrong", value: "", at: expression.length, error });
  }
  return tokens;
}

function read(expression: string, tokens: Token[]): void {
  let at = 0;
  for (;;) {
    while (/\s/.test(expression[at] ?? "")) at++;
    if (at >= expression.length) break;
    const rest = expression.slice(at, at + 4096);
    const start = TEXT_START.exec(rest)?.[0];
    const number = NUMBER.exec(rest)?.[0];
    const name = NAME.exec(rest)?.[0];
    const sign = SIGNS.find((each) => rest.startsWith(each));
    if (start !== undefined) {
      const { value, end } = textAt(expression, at, start);
      tokens.push({ kind: "text", value, at });
      at = end;
    } else if (name !== undefined) {
      tokens.push({ kind: "name", value: name, at });
      at += name.length;
    } else if (number !== undefined) {
      const digits = number.replace(/u$/, "");
      const value = /^0x|^\d+$/.test(digits) ? BigInt(digits) : Number(digits);
      // The smallest whole number is written with a minus before one that is one too large.
      if (typeof value === "bigint" && value > 2n ** 63n) throw mistake(expression, at, `${digits} is too large`);
      tokens.push({ kind: "number", value, at });
      at += number.length;
    } else if (sign !== undefined) {
      tokens.push({ kind: "sign", value: sign, at });
      at += sign.length;
    } else {
      const character = String.fromCodePoint(expression.codePointAt(at) ?? 0);
      const what =
        character === "{" ? "a map or message is not supported" : `${JSON.stringify(character)} has no meaning here`;
      throw mistake(expression, at, what);
    }
  }
  tokens.push({ kind: "end", value: "", at });
}

/** An error that shows the place in the expression. */
export function mistake(expression: string, at: number, fact: string): RunnerError {
  const from = Math.max(0, at - 40);
  const before = expression.slice(from, at).replaceAll(/\s/g, " ");
  const after = expression.slice(at, at + 40).replaceAll(/\s/g, " ");
  return new RunnerError(
    "EXPRESSION_INVALID",
    `the expression is wrong at character ${at + 1}: ${fact}\n  ${before}${after}\n  ${" ".repeat(before.length)}^`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
};
const CODE = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/;

function textAt(expression: string, start: number, opening: string): { readonly value: string; readonly end: number } {
  const raw = /^[rR]/.test(opening);
  const quote = raw ? opening.slice(1) : opening;
  let value = "";
  let at = start + opening.length;
  while (at < expression.length) {
    if (expression.startsWith(quote, at)) return { value, end: at + quote.length };
    const character = expression[at] ?? "";
    if (character === "\n" && quote.length === 1) break;
    if (character !== "\\" || raw) {
      value += character;
      at++;
      continue;
    }
    const rest = expression.slice(at + 1, at + 10);
    const code = CODE.exec(rest);
    const simple = ESCAPES[rest[0] ?? ""];
    if (code !== null) {
      const point =
        code[4] === undefined ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? "", 16) : Number.parseInt(code[4], 8);
      if (point > 0x10ffff) throw mistake(expression, at, "there is no such character");
      value += String.fromCodePoint(point);
      at += 1 + code[0].length;
    } else if (simple !== undefined) {
      value += simple;
      at += 2;
    } else {
      throw mistake(expression, at, "there is no such escape in a text");
    }
  }
  throw mistake(expression, start, "the text has no end");
}
