import { UsageError } from "../command-error.ts";

/**
 * Reads whole numbers from `least` to `most`.
 *
 * @throws UsageError for anything else.
 */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new UsageError(`"${text}" is not a whole number from ${least} to ${most}.`);
  };
}
