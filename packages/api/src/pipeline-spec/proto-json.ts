import type { Json, JsonObject } from "../messages/field.ts";
import { readScalar, type ScalarKind } from "./proto-scalar.ts";
import { itemPath, kindOf, memberPath, SpecError, type SpecPath } from "./spec-error.ts";

/** How a value of a message is written in proto3 JSON. */
export type Shape =
  | { readonly type: ScalarKind }
  | { readonly type: "choice"; readonly names: readonly string[] }
  /** Any JSON value, also null. */
  | { readonly type: "json" }
  /** Any JSON object. */
  | { readonly type: "struct" }
  | { readonly type: "message"; readonly message: AnyMessageShape }
  | { readonly type: "list"; readonly item: Shape }
  | { readonly type: "map"; readonly value: Shape };

/** A field of a message; of the fields that share a `oneOf`, one message has at most one. */
type FieldShape = Shape & { readonly oneOf?: string };

/** The fields of a message, by their JSON name: one for every member of the TypeScript type, and no other. */
export type MessageShape<T> = { readonly [K in keyof Required<T>]: FieldShape };

type AnyMessageShape = Readonly<Record<string, FieldShape>>;

/** What happens to fields that a message does not have. */
type UnknownFields = "refuse" | "ignore";

/**
 * Reads a message by the rules of proto3 JSON, and gives it as proto3 JSON writes it: names in camelCase (snake_case is
 * read as well), numbers as numbers, and nothing that has its zero value. Structs are given as they are.
 *
 * @throws SpecError for the first field that is unknown, is there twice or has another type.
 */
export function readMessage<T>(
  shape: MessageShape<T>,
  value: Json,
  path: SpecPath,
  unknownFields: UnknownFields = "refuse",
): T {
  // The shape has the members of T and reads each by its kind, which is all that T says.
  return readFields(shape, value, path, unknownFields) as T;
}

function readFields(shape: AnyMessageShape, value: Json, path: SpecPath, unknownFields: UnknownFields): JsonObject {
  const source = object(value, path);
  const members = new Map<string, Json>();
  const oneOfs = new Map<string, string>();
  for (const [key, member] of Object.entries(source)) {
    const name = Object.hasOwn(shape, key) ? key : camelCase(key);
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) {
      if (unknownFields === "ignore") continue;
      throw new SpecError(memberPath(path, key), `unknown field; known are ${Object.keys(shape).join(", ")}`);
    }
    // null is the same as absent, except where null is a value.
    if (member === null && field.type !== "json") continue;
    if (members.has(name)) throw new SpecError(memberPath(path, key), `the field ${name} is here twice`);
    if (field.oneOf !== undefined) {
      const other = oneOfs.get(field.oneOf);
      if (other !== undefined)
        throw new SpecError(memberPath(path, key), `only one of ${other} and ${name} may be set`);
      oneOfs.set(field.oneOf, name);
    }
    members.set(name, read(field, member, memberPath(path, key), unknownFields));
  }
  for (const [name, member] of members) {
    const field = shape[name];
    if (field !== undefined && field.oneOf === undefined && isZero(field, member)) members.delete(name);
  }
  return Object.fromEntries(members);
}

function read(shape: Shape, value: Json, path: SpecPath, unknownFields: UnknownFields): Json {
  switch (shape.type) {
    case "json":
      return value;
    case "struct":
      return object(value, path);
    case "message":
      return readFields(shape.message, value, path, unknownFields);
    case "list":
      if (!isList(value)) throw new SpecError(path, `must be a list, and is ${kindOf(value)}`);
      return value.map((item, index) => read(shape.item, item, itemPath(path, index), unknownFields));
    case "map":
      return Object.fromEntries(
        Object.entries(object(value, path)).map(([key, member]) => [
          key,
          read(shape.value, member, memberPath(path, key), unknownFields),
        ]),
      );
    case "choice":
      return choice(shape.names, value, path);
    default:
      return readScalar(shape.type, value, path);
  }
}

function choice(names: readonly string[], value: Json, path: SpecPath): string {
  const name = typeof value === "number" ? names[value] : value;
  if (typeof name === "string" && names.includes(name)) return name;
  throw new SpecError(path, `must be one of ${names.join(", ")}, and is ${kindOf(value)}`);
}

function isZero(shape: Shape, value: Json): boolean {
  switch (shape.type) {
    case "json":
    case "struct":
    case "message":
    case "duration":
      return false;
    case "choice":
      return value === shape.names[0];
    case "list":
      return isList(value) && value.length === 0;
    case "map":
      return isObject(value) && Object.keys(value).length === 0;
    case "int64":
      return value === "0";
    default:
      return value === "" || value === 0 || value === false;
  }
}

function object(value: Json, path: SpecPath): JsonObject {
  if (!isObject(value)) throw new SpecError(path, `must be a mapping, and is ${kindOf(value)}`);
  return value;
}

/** Whether a JSON value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
