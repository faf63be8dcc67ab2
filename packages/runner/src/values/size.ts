import type { Json } from "@kfp-ts/api";
import type { Values } from "./values.ts";

/**
 * How many characters the values may have that go into a task, or come out, in all. They are written down in one line: as
 * JSON a character can take six, and this is what then fits into the longest text that there is.
 */
export const MAX_CHARACTERS = 64 * 1024 ** 2;

/** Whether values have more than can be written down. Artifacts count with what is said of them, not with their contents. */
export function isTooLarge({ parameters, artifacts }: Values): boolean {
  return charactersLeft({ parameters, artifacts } as unknown as Json, MAX_CHARACTERS) < 0;
}

/** What is left of so many characters; below 0 as soon as there is too much. */
function charactersLeft(value: Json | undefined, left: number): number {
  if (typeof value === "string") return left - value.length;
  if (typeof value !== "object" || value === null) return left - 1;
  let rest = left - 1;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      rest = charactersLeft(item, rest);
      if (rest < 0) break;
    }
    return rest;
  }
  for (const [name, member] of Object.entries(value)) {
    rest = charactersLeft(member, rest - name.length);
    if (rest < 0) break;
  }
  return rest;
}
