import { evaluate } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { readExpression } from "./syntax.ts";
import { toJson } from "./value.ts";

/**
 * Reads an expression of CEL: what the compiler writes and some more. Comprehensions, functions of values (`a.f()`),
 * messages, bytes and time are not supported.
 *
 * @throws RunnerError (EXPRESSION_INVALID), with the place in the expression.
 */
export function parseExpression(text: string): Expression {
  const node = readExpression(text);
  return { text, evaluate: (variables) => toJson(evaluate(text, node, variables)) };
}
