import type { Json } from "../messages/field.ts";
import { kindOf, SpecError, type SpecPath } from "./spec-error.ts";

/** The scalars that messages of the IR are made of, and durations, which proto3 JSON writes as text (`1.5s`). */
export type ScalarKind = "text" | "flag" | "int32" | "int64" | "double" | "duration";

const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
const LONGEST_SECONDS = 315_576_000_000;

/**
 * Reads a scalar by the rules of proto3 JSON, where a number may be written as text, and gives the form in which proto3
 * JSON writes it.
 */
export function readScalar(kind: ScalarKind, value: Json, path: SpecPath): string | boolean | number {
  const read = readers[kind](value);
  if (read === undefined) throw new SpecError(path, `must be ${words[kind]}, and is ${kindOf(value)}`);
  return read;
}

const words: Readonly<Record<ScalarKind, string>> = {
  text: "a text (put it in quotes)",
  flag: "true or false",
  int32: "a whole number of 32 bits",
  int64: "a whole number of 64 bits",
  double: "a number",
  duration: 'a duration in seconds, such as "60s"',
};

const readers: Readonly<Record<ScalarKind, (value: Json) => string | boolean | number | undefined>> = {
  text: (value) => (typeof value === "string" ? value : undefined),
  flag: (value) => (typeof value === "boolean" ? value : undefined),
  int32: (value) => {
    const number = numberOf(value);
    return number !== undefined && Number.isInteger(number) && (number | 0) === number ? number | 0 : undefined;
  },
  int64: (value) => {
    if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
    if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) return undefined;
    const integer = BigInt(value);
    return BigInt.asIntN(64, integer) === integer ? String(integer) : undefined;
  },
  double: numberOf,
  duration: (value) => {
    const [, sign = "", seconds = "", fraction = ""] = (typeof value === "string" && DURATION.exec(value)) || [];
    if (seconds === "" || Number(seconds) > LONGEST_SECONDS) return undefined;
    return `${sign}${Number(seconds)}${fractionOf(fraction)}s`;
  },
};

function numberOf(value: Json): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The fraction of a duration: none, or three, six or nine digits. */
function fractionOf(digits: string): string {
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? "" : `.${significant.padEnd(Math.ceil(significant.length / 3) * 3, "0")}`;
}
