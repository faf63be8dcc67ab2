import { inspect } from "node:util";

/** All that an error holds and that a program could write into a log: its fields, those of its causes, and its stack. */
export function everythingIn(error: unknown): string {
  return inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity }) + JSON.stringify(error);
}
