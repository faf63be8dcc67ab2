import type { RunnerError } from "../errors/runner-error.ts";
import { mistake, type Token, tokensOf } from "./token.ts";

/** What an expression is made of. Whole numbers are bigints, so that they are told apart from others, as CEL does. */
export type Node = { readonly at: number } & (
  | { readonly kind: "literal"; readonly value: string | boolean | null | number | bigint }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Node[] }
  | { readonly kind: "member"; readonly of: Node; readonly name: string }
  | { readonly kind: "index"; readonly of: Node; readonly index: Node }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Node[] }
  | { readonly kind: "not" | "negative"; readonly of: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "choice"; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
);

/** The operators with two sides. */
export type BinaryOperator = keyof typeof binding;

/** How tightly each operator binds. */
const binding = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  in: 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
} as const;

/** How deep an expression may nest: more is no pipeline's, and would end the program instead of the expression. */
const MAX_DEPTH = 250;

/** How many operators or members may follow each other, for the same reason. */
const MAX_CHAIN = 1000;

/**
 * Reads an expression.
 *
 * @throws RunnerError (EXPRESSION_INVALID), with the place.
 */
export function readExpression(text: string): Node {
  return new Reader(text).whole();
}

class Reader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Node {
    const node = this.#choice();
    const rest = this.#peek();
    if (rest.kind !== "end") throw this.#mistake(rest, `${JSON.stringify(String(rest.value))} is not expected`);
    return node;
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) throw this.#mistake(this.#peek(), "it nests too deeply");
    const condition = this.#binary(0);
    let node = condition;
    if (this.#take("?")) {
      const then = this.#choice();
      this.#expect(":");
      node = { kind: "choice", at: condition.at, condition, then, otherwise: this.#choice() };
    }
    this.#depth--;
    return node;
  }

  #binary(tightness: number): Node {
    let left = this.#unary();
    for (let length = 0; ; length++) {
      if (length > MAX_CHAIN) throw this.#mistake(this.#peek(), "it has too many operators in a row");
      const { kind, value, at } = this.#peek();
      const isOperator = (kind === "sign" || (kind === "name" && value === "in")) && Object.hasOwn(binding, value);
      const operator = value as BinaryOperator;
      if (!isOperator || binding[operator] <= tightness) return left;
      this.#next++;
      left = { kind: "binary", at, operator, left, right: this.#binary(binding[operator]) };
    }
  }

  #unary(): Node {
    const { at } = this.#peek();
    const signs: ("not" | "negative")[] = [];
    for (;;) {
      if (this.#take("!")) signs.push("not");
      else if (this.#take("-")) signs.push("negative");
      else break;
      if (signs.length > MAX_DEPTH) throw this.#mistake(this.#peek(), "it nests too deeply");
    }
    return signs.reduceRight<Node>((of, kind) => ({ kind, at, of }), this.#postfix());
  }

  #postfix(): Node {
    let node = this.#primary();
    for (let length = 0; ; length++) {
      if (length > MAX_CHAIN) throw this.#mistake(this.#peek(), "it has too many members in a row");
      const { at } = this.#peek();
      if (this.#take("[")) {
        const index = this.#choice();
        this.#expect("]");
        node = { kind: "index", at, of: node, index };
      } else if (this.#take(".")) {
        const name = this.#peek();
        if (name.kind !== "name") throw this.#mistake(name, "a name is expected after the point");
        this.#next++;
        if (this.#peek().value === "(")
          throw this.#mistake(name, `the function ${name.value} of a value is not supported`);
        node = { kind: "member", at, of: node, name: name.value };
      } else {
        return node;
      }
    }
  }

  #primary(): Node {
    const token = this.#peek();
    const { at } = token;
    this.#next++;
    switch (token.kind) {
      case "number":
      case "text":
        return { kind: "literal", at, value: token.value };
      case "name":
        return this.#named(token.value, at);
      case "sign":
        if (token.value === "(") {
          const node = this.#choice();
          this.#expect(")");
          return node;
        }
        if (token.value === "[") return { kind: "list", at, items: this.#list("]") };
    }
    throw this.#mistake(
      token,
      token.kind === "end" ? "it ends too early" : `${JSON.stringify(String(token.value))} is not expected`,
    );
  }

  #named(name: string, at: number): Node {
    if (name === "true" || name === "false") return { kind: "literal", at, value: name === "true" };
    if (name === "null") return { kind: "literal", at, value: null };
    if (this.#take("(")) return { kind: "call", at, name, arguments: this.#list(")") };
    return { kind: "name", at, name };
  }

  #list(end: string): Node[] {
    const items: Node[] = [];
    if (this.#take(end)) return items;
    do items.push(this.#choice());
    while (this.#take(","));
    this.#expect(end);
    return items;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as Token;
  }

  #take(sign: string): boolean {
    const { kind, value } = this.#peek();
    if (kind !== "sign" || value !== sign) return false;
    this.#next++;
    return true;
  }

  #expect(sign: string): void {
    const token = this.#peek();
    if (!this.#take(sign)) throw this.#mistake(token, `${sign} is expected`);
  }

  #mistake(token: Token, fact: string): RunnerError {
    return token.kind === "wrong" ? token.error : mistake(this.#text, token.at, fact);
  }
}
