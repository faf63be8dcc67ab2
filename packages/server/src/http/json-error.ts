/** Where a text stops being JSON. Lines and columns count from 1, columns in units of UTF-16. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

type Expected = keyof typeof WORDS;

const WORDS = {
  value: "a value",
  "value or ]": 'a value or "]"',
  key: "a name in double quotes",
  "key or }": 'a name in double quotes or "}"',
  ":": '":"',
  ", or ]": '"," or "]"',
  ", or }": '"," or "}"',
  end: "the end",
} as const;

const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Finds out where a text stops being JSON. `JSON.parse` says so on some versions of Node and not on others.
 *
 * @returns undefined where the text is JSON.
 */
export function findJsonError(text: string): JsonError | undefined {
  const open: string[] = [];
  let expected: Expected = "value";
  for (let offset = skip(SPACE, text, 0); ; ) {
    const character = text[offset];
    if (character === undefined) return expected === "end" ? undefined : errorAt(text, offset, expected);
    const isPunctuation = "{}[]:,".includes(character);
    const next = follow(open, expected, isPunctuation ? character : character === '"' ? "string" : "scalar");
    if (next === undefined) return errorAt(text, offset, expected);
    const end = isPunctuation ? offset + 1 : character === '"' ? endOfString(text, offset) : skip(SCALAR, text, offset);
    if (typeof end !== "number") return end;
    if (end === offset) return errorAt(text, offset, expected);
    expected = next;
    offset = skip(SPACE, text, end);
  }
}

/** What may follow a token, or undefined where the token itself may not stand here. */
function follow(open: string[], expected: Expected, token: string): Expected | undefined {
  if (expected.endsWith(`or ${token}`) && (token === "]" || token === "}")) {
    open.pop();
    return afterValue(open);
  }
  switch (expected) {
    case "value":
    case "value or ]":
      if (token === "string" || token === "scalar") return afterValue(open);
      if (token !== "{" && token !== "[") return undefined;
      open.push(token);
      return token === "{" ? "key or }" : "value or ]";
    case "key":
    case "key or }":
      return token === "string" ? ":" : undefined;
    case ":":
      return token === ":" ? "value" : undefined;
    case ", or ]":
      return token === "," ? "value" : undefined;
    case ", or }":
      return token === "," ? "key" : undefined;
    case "end":
      return undefined;
  }
}

function afterValue(open: readonly string[]): Expected {
  const innermost = open.at(-1);
  return innermost === undefined ? "end" : innermost === "[" ? ", or ]" : ", or }";
}

/** Where a pattern that matches at `offset` ends; `offset` itself where it does not match. */
function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}

/** Where a string ends that begins at `offset`. A loop, because a pattern over megabytes exhausts the stack. */
function endOfString(text: string, offset: number): number | JsonError {
  for (let at = offset + 1; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return positionOf(text, at, "a control character stands in a string; escape it");
    const next = code === 0x5c ? skip(ESCAPE, text, at) : at + 1;
    if (next === at) return positionOf(text, at, "there is no such escape in JSON");
    at = next;
  }
  return positionOf(text, offset, "this string does not end");
}

function errorAt(text: string, offset: number, expected: Expected): JsonError {
  const point = text.codePointAt(offset);
  const found = point === undefined ? "the text ends" : `there is ${JSON.stringify(String.fromCodePoint(point))}`;
  return positionOf(text, offset, `expected ${WORDS[expected]}, but ${found}`);
}

function positionOf(text: string, offset: number, problem: string): JsonError {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n"), problem };
}
