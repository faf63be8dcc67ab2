import type { Json } from "@kfp-ts/api";
import { nestsTooDeep } from "../values/nesting.ts";
import { isList, isMapping, isNumber, type Value, within64Bits } from "./value.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The functions of expressions. Each gives its value, or undefined where it has none for what it was given. */
export const functions: Readonly<Record<string, (value: Value) => Value | undefined>> = {
  int: (value) => {
    if (typeof value === "bigint") return value;
    if (typeof value === "number") return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : undefined;
    return typeof value === "string" && /^[+-]?\d+$/.test(value) ? within64Bits(BigInt(value)) : undefined;
  },
  double: (value) => {
    if (isNumber(value)) return Number(value);
    return typeof value === "string" && DECIMAL.test(value) ? Number(value) : undefined;
  },
  string: (value) => {
    if (typeof value === "number") return shortNumber(value);
    if (value === null) return "null";
    return typeof value === "string" || typeof value === "bigint" || typeof value === "boolean"
      ? String(value)
      : undefined;
  },
  bool: (value) => {
    if (typeof value === "boolean") return value;
    if (typeof value !== "string") return undefined;
    return /^(?:true|True|TRUE|t|T|1)$/.test(value)
      ? true
      : /^(?:false|False|FALSE|f|F|0)$/.test(value)
        ? false
        : undefined;
  },
  size: (value) => {
    if (typeof value === "string") return BigInt([...value].length);
    if (isList(value)) return BigInt(value.length);
    return isMapping(value) ? BigInt(Object.keys(value).length) : undefined;
  },
  dyn: (value) => value,
  parseJson: (value) => {
    if (typeof value !== "string") return undefined;
    try {
      const parsed = JSON.parse(value) as Json;
      return nestsTooDeep(parsed) ? undefined : parsed;
    } catch {
      return undefined;
    }
  },
};

/** A number as the backend writes it: with an exponent, of at least two digits, where a million or more. */
function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
