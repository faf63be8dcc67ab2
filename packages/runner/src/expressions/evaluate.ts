import type { Json } from "@kfp-ts/api";
import { RunnerError } from "../errors/runner-error.ts";
import { own } from "../values/own.ts";
import { textOf } from "../values/text.ts";
import type { ExpressionVariables } from "./expression.ts";
import { functions } from "./functions.ts";
import type { BinaryOperator, Node } from "./syntax.ts";
import { mistake } from "./token.ts";
import { isList, isMapping, isNumber, same, typeOf, type Value, within64Bits } from "./value.ts";

/**
 * The value of an expression.
 *
 * @throws RunnerError (EXPRESSION_INVALID)
 */
export function evaluate(text: string, node: Node, variables: ExpressionVariables): Value {
  return new Evaluation(text, variables).value(node);
}

class Evaluation {
  readonly #text: string;
  readonly #variables: ExpressionVariables;

  constructor(text: string, variables: ExpressionVariables) {
    this.#text = text;
    this.#variables = variables;
  }

  value(node: Node): Value {
    switch (node.kind) {
      case "literal":
        return node.value;
      case "name":
        return this.#named(node.name, node.at);
      case "list":
        return node.items.map((item) => this.value(item));
      case "member":
        return this.#member(this.value(node.of), node.name, node.at);
      case "index":
        return this.#at(this.value(node.of), this.value(node.index), node.at);
      case "call":
        return this.#called(node);
      case "not":
        return !this.#truth(node.of, "!");
      case "negative": {
        const value = this.value(node.of);
        if (typeof value === "number") return -value;
        const negative = typeof value === "bigint" ? within64Bits(-value) : undefined;
        if (negative !== undefined) return negative;
        throw this.#mistake(node.at, `a ${typeOf(value)} has no negative`);
      }
      case "choice":
        return this.value(this.#truth(node.condition, "?") ? node.then : node.otherwise);
      case "binary":
        return node.operator === "&&" || node.operator === "||"
          ? this.#both(node.operator === "&&", node.left, node.right)
          : this.#compared(node.operator, node.left, node.right, node.at);
    }
  }

  #named(name: string, at: number): Value {
    const { parameters, artifacts, value } = this.#variables;
    if (name === "inputs" && (parameters !== undefined || artifacts !== undefined)) {
      const known = Object.entries(artifacts ?? {}).map(([key, list]): [string, Value] => [
        key,
        { artifacts: list.map(({ name, uri, metadata }) => ({ name, uri, metadata: metadata as Value })) },
      ]);
      return { parameter_values: (parameters ?? {}) as Value, artifacts: Object.fromEntries(known) };
    }
    if (value !== undefined) {
      const isPart = partsOf[name];
      if (name === "string_value") return textOf(value);
      if (isPart?.(value as Value)) return value as Value;
    }
    throw this.#mistake(at, `there is nothing of the name ${name} here`);
  }

  #member(of: Value, name: string, at: number): Value {
    if (isMapping(of) && Object.hasOwn(of, name)) return of[name] ?? null;
    throw this.#mistake(at, isMapping(of) ? `there is no ${JSON.stringify(name)}` : `a ${typeOf(of)} has no members`);
  }

  #at(of: Value, index: Value, at: number): Value {
    if (isMapping(of) && typeof index === "string") return this.#member(of, index, at);
    if (!isList(of) || !isNumber(index)) {
      throw this.#mistake(at, `a ${typeOf(of)} cannot be asked for a ${typeOf(index)}`);
    }
    const item = of[Number(index)];
    if (item !== undefined) return item;
    throw this.#mistake(at, `there is no item ${index}: the list has ${of.length}`);
  }

  #called({ name, arguments: given, at }: Node & { kind: "call" }): Value {
    const does = own(functions, name);
    if (does === undefined) throw this.#mistake(at, `the function ${name} is not supported`);
    const [argument, ...more] = given;
    if (argument === undefined || more.length > 0) throw this.#mistake(at, `${name} takes one value`);
    const value = this.value(argument);
    const result = does(value);
    if (result !== undefined) return result;
    throw this.#mistake(at, `${name} has no value for the ${typeOf(value)} ${shownValue(value)}`);
  }

  /** One side that decides is enough, also where the other one has no value: so CEL has it. */
  #both(all: boolean, left: Node, right: Node): boolean {
    let first: boolean;
    try {
      first = this.#truth(left, all ? "&&" : "||");
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      if (this.#truth(right, all ? "&&" : "||") === !all) return !all;
      throw error;
    }
    return first === !all ? first : this.#truth(right, all ? "&&" : "||");
  }

  #truth(node: Node, operator: string): boolean {
    const value = this.value(node);
    if (typeof value === "boolean") return value;
    throw this.#mistake(node.at, `${operator} takes a bool, and this is the ${typeOf(value)} ${shownValue(value)}`);
  }

  #compared(operator: Exclude<BinaryOperator, "&&" | "||">, left: Node, right: Node, at: number): Value {
    const [a, b] = [this.value(left), this.value(right)];
    const result = operators[operator](a, b);
    if (result !== undefined) return result;
    throw this.#mistake(at, `${operator} has no value for a ${typeOf(a)} and a ${typeOf(b)}`);
  }

  #mistake(at: number, fact: string): RunnerError {
    return mistake(this.#text, at, fact);
  }
}

/** The members of protobuf's Value that a value has under its kind. */
const partsOf: Readonly<Record<string, (value: Value) => boolean>> = {
  number_value: isNumber,
  bool_value: (value) => typeof value === "boolean",
  list_value: isList,
  struct_value: isMapping,
  null_value: (value) => value === null,
};

const order =
  (holds: (comparison: number) => boolean) =>
  (a: Value, b: Value): boolean | undefined => {
    const comparable =
      (isNumber(a) && isNumber(b)) || (typeof a === typeof b && (typeof a === "string" || typeof a === "boolean"));
    if (!comparable) return undefined;
    const [left, right] = [a as string, b as string];
    return holds(left < right ? -1 : left > right ? 1 : 0);
  };

/** Whole numbers have 64 bits, and what does not fit into them is an error. */
const arithmetic =
  (whole: (a: bigint, b: bigint) => bigint | undefined, others?: (a: number, b: number) => number) =>
  (a: Value, b: Value): Value | undefined => {
    if (typeof a === "bigint" && typeof b === "bigint") return within64Bits(whole(a, b));
    return typeof a === "number" && typeof b === "number" ? others?.(a, b) : undefined;
  };

const plus = arithmetic(
  (a, b) => a + b,
  (a, b) => a + b,
);

/** What each operator gives; undefined where it has no value for the two. */
const operators: Readonly<Record<Exclude<BinaryOperator, "&&" | "||">, (a: Value, b: Value) => Value | undefined>> = {
  "==": same,
  "!=": (a, b) => !same(a, b),
  "<": order((comparison) => comparison < 0),
  "<=": order((comparison) => comparison <= 0),
  ">": order((comparison) => comparison > 0),
  ">=": order((comparison) => comparison >= 0),
  in: (a, b) => {
    if (isList(b)) return b.some((item) => same(item, a));
    return isMapping(b) ? typeof a === "string" && Object.hasOwn(b, a) : undefined;
  },
  "+": (a, b) => {
    if (typeof a === "string" && typeof b === "string") return a + b;
    return isList(a) && isList(b) ? [...a, ...b] : plus(a, b);
  },
  "-": arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": arithmetic(
    (a, b) => (b === 0n ? undefined : a / b),
    (a, b) => a / b,
  ),
  "%": arithmetic((a, b) => (b === 0n ? undefined : a % b)),
};

function shownValue(value: Value): string {
  const text = JSON.stringify(value, (_, item: Json | bigint) => (typeof item === "bigint" ? Number(item) : item));
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
