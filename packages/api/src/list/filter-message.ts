import { parseTimestamp } from "../codec/timestamp.ts";
import { wholeNumberOf } from "../codec/whole-number.ts";
import { type FilterOperation, filterOperations } from "./filter-operations.ts";

const MAX_PREDICATES = 100;
const MAX_VALUES = 1000;
const MAX_LENGTH = 100_000;
/** Above the largest number of 64 bits, whose nearest double is 2^63 itself. */
const INT64_LIMIT = 2 ** 63 + 2048;
const VALUE_FIELDS = [
  "int_value",
  "long_value",
  "string_value",
  "timestamp_value",
  "int_values",
  "long_values",
  "string_values",
] as const;
type ValueField = (typeof VALUE_FIELDS)[number];

/** The value of a predicate and the field that it came in. Instants are in whole seconds since 1970. */
export type ReceivedValue =
  | { readonly field: "string_value"; readonly value: string }
  | { readonly field: Exclude<ValueField, "string_value">; readonly value: number | readonly (string | number)[] };

/** A predicate as it was sent: nothing is sure yet but the types of its parts. */
export interface ReceivedPredicate {
  /** Undefined where it was left out, or is a number that means nothing. */
  readonly operation: FilterOperation | undefined;
  readonly key: string;
  readonly value: ReceivedValue | undefined;
}

/** A text is no filter. The message says where and why. */
export class FilterMessageError extends Error {
  override readonly name = "FilterMessageError";
}

/**
 * Reads the message that a filter is: JSON, or JSON that is percent-encoded once more. Names of fields may be in
 * snake_case or camelCase, operations may be given by name or by number.
 *
 * @throws FilterMessageError.
 */
export function readFilterMessage(filter: string): readonly ReceivedPredicate[] {
  if (filter.length > MAX_LENGTH) throw wrong("the filter", `at most ${MAX_LENGTH} characters`);
  const message = parseJson(filter);
  if (!isObject(message)) throw wrong("the filter", 'an object such as {"predicates": [...]}');
  const unknown = Object.keys(message).find((key) => key !== "predicates");
  if (unknown !== undefined) throw unknownField("the filter", unknown, ["predicates"]);
  const predicates = message.predicates ?? [];
  if (!Array.isArray(predicates)) throw wrong("predicates", "a list");
  if (predicates.length > MAX_PREDICATES) throw wrong("predicates", `at most ${MAX_PREDICATES}`);
  return predicates.map((predicate: unknown, index) => readPredicate(predicate, `predicates[${index}]`));
}

function parseJson(filter: string): unknown {
  for (const text of [filter, percentDecoded(filter)]) {
    if (text === undefined) continue;
    try {
      return JSON.parse(text);
    } catch {
      // The other spelling is tried; if neither is JSON, the error below says so.
    }
  }
  throw new FilterMessageError("it is not JSON, neither as it is nor percent-decoded");
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function readPredicate(given: unknown, path: string): ReceivedPredicate {
  if (!isObject(given)) throw wrong(path, "an object");
  const fields = fieldsOf(given, path);
  const present = VALUE_FIELDS.filter((name) => fields.has(name));
  if (present.length > 1)
    throw new FilterMessageError(`${path}: ${present.join(" and ")} exclude each other; give one`);
  const [field] = present;
  return {
    operation: readOperation(fields.get("operation"), `${path}.operation`),
    key: fields.has("key") ? readText(fields.get("key"), `${path}.key`) : "",
    value: field === undefined ? undefined : readValue(field, fields.get(field), `${path}.${field}`),
  };
}

function fieldsOf(given: Readonly<Record<string, unknown>>, path: string): ReadonlyMap<string, unknown> {
  const known: readonly string[] = ["operation", "key", ...VALUE_FIELDS];
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(given)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!known.includes(name)) throw unknownField(path, key, known);
    if (value !== null) fields.set(name, value);
  }
  return fields;
}

function readOperation(given: unknown, path: string): FilterOperation | undefined {
  if (given === undefined || given === "OPERATION_UNSPECIFIED") return undefined;
  const names = Object.keys(filterOperations) as FilterOperation[];
  const name = names.find((candidate) => candidate === given || filterOperations[candidate] === given);
  if (name === undefined && !Number.isInteger(given)) throw wrong(path, `one of ${names.join(", ")}`);
  return name;
}

function readValue(field: ValueField, given: unknown, path: string): ReceivedValue {
  switch (field) {
    case "string_value":
      return { field, value: readText(given, path) };
    case "int_value":
      return { field, value: readWhole(given, 2 ** 31, path) };
    case "long_value":
      return { field, value: readLong(given, path) };
    case "timestamp_value":
      return { field, value: readInstant(given, path) };
    case "int_values":
      return { field, value: readValues(given, path, (item, at) => readWhole(item, 2 ** 31, at)) };
    case "long_values":
      return { field, value: readValues(given, path, readLong) };
    case "string_values":
      return { field, value: readValues(given, path, readText) };
  }
}

function readWhole(given: unknown, limit: number, path: string): number {
  const number = wholeNumberOf(given, limit);
  if (number === undefined) throw wrong(path, "a whole number");
  return number;
}

/** What goes beyond the numbers that are exact is beyond every instant as well, so the nearest of those stands for it. */
function readLong(given: unknown, path: string): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(readWhole(given, INT64_LIMIT, path), Number.MAX_SAFE_INTEGER));
}

function readText(given: unknown, path: string): string {
  if (typeof given !== "string") throw wrong(path, "a text");
  if (given.includes("\0")) throw wrong(path, "a text without a NUL character");
  return given;
}

function readInstant(given: unknown, path: string): number {
  const date = typeof given === "string" ? parseTimestamp(given) : undefined;
  if (date === undefined) throw wrong(path, "an instant such as 2026-01-31T12:00:00Z");
  return Math.floor(date.getTime() / 1000);
}

function readValues<T>(given: unknown, path: string, read: (item: unknown, path: string) => T): readonly T[] {
  const values = isObject(given) ? (given.values ?? []) : undefined;
  if (!Array.isArray(values)) throw wrong(path, 'an object such as {"values": [...]}');
  if (values.length > MAX_VALUES) throw wrong(`${path}.values`, `at most ${MAX_VALUES}`);
  return values.map((item, index) => read(item, `${path}.values[${index}]`));
}

function wrong(path: string, expected: string): FilterMessageError {
  return new FilterMessageError(`${path}: expected ${expected}`);
}

function unknownField(path: string, name: string, known: readonly string[]): FilterMessageError {
  return new FilterMessageError(`${path}: unknown field ${JSON.stringify(name)}; it has ${known.join(", ")}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
