import type { Json } from "@kfp-ts/api";

/**
 * A value of CEL. Its whole numbers are bigints here, so that they are told apart from its doubles; numbers of pipelines
 * are doubles, as protobuf has no other.
 */
export type Value = null | boolean | string | number | bigint | readonly Value[] | { readonly [name: string]: Value };

/** A mapping, and no list. */
export function isMapping(value: Value | undefined): value is { readonly [name: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** What a value is, in CEL's words. */
export function typeOf(value: Value): string {
  if (value === null) return "null";
  if (isList(value)) return "list";
  switch (typeof value) {
    case "bigint":
      return "int";
    case "number":
      return "double";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    default:
      return "map";
  }
}

/** Whether two values are the same; values of different types never are, but numbers are compared as numbers. */
export function same(a: Value, b: Value): boolean {
  // Not ===: so numbers of both kinds are compared exactly.
  if (isNumber(a) && isNumber(b)) return a <= b && a >= b;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => same(item, b[index] ?? null));
  if (isMapping(a) && isMapping(b)) {
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return false;
    return names.every((name) => Object.hasOwn(b, name) && same(a[name] ?? null, b[name] ?? null));
  }
  return a === b;
}

/** A number of either kind. */
export function isNumber(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** A value as JSON has it. */
export function toJson(value: Value): Json {
  if (typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map(toJson);
  if (isMapping(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]));
  return value;
}

/** A whole number that has no more than 64 bits. */
export function within64Bits(value: bigint | undefined): bigint | undefined {
  return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
}
