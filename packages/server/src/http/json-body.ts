import { isUtf8 } from "node:buffer";
import { invalidArgument } from "@kfp-ts/api";
import { findJsonError } from "./json-error.ts";
import { holdsMoreValues } from "./json-size.ts";

/** A pipeline of thousands of tasks has fewer, and reading so many holds up everybody else for about half a second. */
const MAX_VALUES = 150_000;

/**
 * Reads a body as JSON, whatever its content type says, as upstream does. An empty body is an empty object.
 *
 * @throws StatusError INVALID_ARGUMENT that says what is wrong, and at which line and column; also for a text that
 * would take too long to read.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw invalidArgument("malformed JSON: the body is not UTF-8");
  if (holdsMoreValues(body, MAX_VALUES)) throw invalidArgument(`the body holds more than ${MAX_VALUES} values`);
  const text = body.toString("utf8");
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = findJsonError(text);
    const where = found === undefined ? "" : ` at line ${found.line}, column ${found.column}: ${found.problem}`;
    throw invalidArgument(`malformed JSON${where}`, { cause: error });
  }
}
