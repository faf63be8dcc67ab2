import { invalidArgument } from "@kfp-ts/api";

/**
 * Refuses texts with a NUL character: PostgreSQL cannot store them, and drivers of SQLite cut them off there.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function assertStorable(values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value !== "string" || !value.includes("\0")) continue;
    const start = value.slice(0, value.indexOf("\0")).slice(-40);
    throw invalidArgument(`A text has a NUL character (after ${JSON.stringify(start)}). Leave it out.`);
  }
}
