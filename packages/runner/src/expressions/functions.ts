import { isList, isMapping, isNumber, typeOf, type Value } from "./value.ts";

/** The functions of expressions. Each gives its value, or undefined where it has none for what it was given. */
export const functions: Readonly<Record<string, (value: Value) => Value | undefined>> = {
  int: (value) => {
    if (typeof value === "bigint") return value;
    if (typeof value === "number") return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : undefined;
    return typeof value === "string" && /^[+-]?\d+$/.test(value) ? BigInt(value) : undefined;
  },
  double: (value) => {
    if (isNumber(value)) return Number(value);
    if (typeof value !== "string" || value.trim() === "") return undefined;
    const number = Number(value);
    return Number.isNaN(number) ? undefined : number;
  },
  string: (value) =>
    typeof value === "string" ? value : isNumber(value) || typeof value === "boolean" ? String(value) : undefined,
  bool: (value) => {
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "True" || value === "1" || value === "t") return true;
    return value === "false" || value === "False" || value === "0" || value === "f" ? false : undefined;
  },
  size: (value) => {
    if (typeof value === "string") return BigInt([...value].length);
    if (isList(value)) return BigInt(value.length);
    return isMapping(value) ? BigInt(Object.keys(value).length) : undefined;
  },
  type: typeOf,
  dyn: (value) => value,
  parseJson: (value) => {
    if (typeof value !== "string") return undefined;
    try {
      return JSON.parse(value) as Value;
    } catch {
      return undefined;
    }
  },
};
