import type { MessageShape, Shape } from "./proto-json.ts";

/** A string. */
export const text = { type: "text" } as const satisfies Shape;
/** A boolean. */
export const flag = { type: "flag" } as const satisfies Shape;
/** A whole number of 32 bits. */
export const int32 = { type: "int32" } as const satisfies Shape;
/** A whole number of 64 bits, which proto3 JSON writes as text. */
export const int64 = { type: "int64" } as const satisfies Shape;
/** A number. */
export const double = { type: "double" } as const satisfies Shape;
/** A duration, which proto3 JSON writes as text. */
export const duration = { type: "duration" } as const satisfies Shape;
/** Any JSON value. */
export const json = { type: "json" } as const satisfies Shape;
/** Any JSON object. */
export const struct = { type: "struct" } as const satisfies Shape;

/** A name of a list of names; the first is the zero value. */
export function choice<Name extends string>(...names: readonly Name[]): Shape {
  return { type: "choice", names };
}

/** A list of values of one shape. */
export function list(item: Shape): Shape {
  return { type: "list", item };
}

/** A mapping of free names to values of one shape. */
export function map(value: Shape): Shape {
  return { type: "map", value };
}

/** A message inside another. */
export function message<T>(shape: MessageShape<T>): Shape {
  return { type: "message", message: shape };
}
