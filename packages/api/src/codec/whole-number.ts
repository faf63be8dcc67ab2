/** As in JSON: the 64 bits of a number travel as a text, and may be written as 1.0 or 1e3. */
const NUMBER = /^-?\d{1,19}(?:\.\d{1,19})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * Reads a whole number as proto3 JSON writes it: a number, or a text that is one.
 *
 * @param limit - It lies from -limit up to, but not including, limit.
 * @returns undefined where it is none, has a fraction, or lies outside.
 */
export function wholeNumberOf(given: unknown, limit: number): number | undefined {
  const number = typeof given === "string" && NUMBER.test(given) ? Number(given) : given;
  if (typeof number !== "number" || !Number.isInteger(number) || number < -limit || number >= limit) return undefined;
  // No negative zero.
  return number + 0;
}
