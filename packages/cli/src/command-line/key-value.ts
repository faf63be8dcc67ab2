import { UsageError } from "../command-error.ts";

/** A name and a value: `name=value`. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/**
 * Reads `name=value`; the value may be empty and may hold further equals signs.
 *
 * @throws UsageError where there is no name, or no equals sign.
 */
export function readKeyValue(text: string): KeyValue {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`"${text}" is not of the form name=value.`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

/**
 * Puts pairs together.
 *
 * @param what - What a pair is, for the error: "parameter".
 * @throws UsageError where one name stands twice.
 */
export function asRecord(what: string, pairs: readonly KeyValue[]): Record<string, string> {
  const seen = new Set<string>();
  for (const { key } of pairs) {
    if (seen.has(key)) throw new UsageError(`The ${what} ${key} is given twice.`);
    seen.add(key);
  }
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}
