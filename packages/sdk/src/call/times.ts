import { badOption } from "../errors/bad-argument.ts";

/** Longer timers fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** A duration that a caller gave, as timers take it; infinity is the longest there is. */
export function milliseconds(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return Math.min(value, LONGEST_MS);
  throw badOption(`${name} is ${String(value)}; it has to be a number of milliseconds above 0.`);
}

/** A count that a caller gave. */
export function wholeNumber(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw badOption(`${name} is ${String(value)}; it has to be a whole number, 0 or more.`);
}
