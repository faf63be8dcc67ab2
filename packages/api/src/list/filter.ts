import { parseTimestamp } from "../codec/timestamp.ts";
import { invalidArgument } from "../errors/status-error.ts";
import type { ListColumn, Listable } from "./listable.ts";

/** The operations of the filter language, with the number of each on the wire; there is no 4. */
export const filterOperations = {
  EQUALS: 1,
  NOT_EQUALS: 2,
  GREATER_THAN: 3,
  GREATER_THAN_EQUALS: 5,
  LESS_THAN: 6,
  LESS_THAN_EQUALS: 7,
  IN: 8,
  IS_SUBSTRING: 9,
} as const;

/** An operation of the filter language. */
export type FilterOperation = keyof typeof filterOperations;

/** One condition on a column. Instants are in whole seconds since 1970. */
export interface Predicate {
  readonly operation: FilterOperation;
  readonly column: ListColumn;
  /** One value, or the values of IN. */
  readonly value: FilterValue | readonly FilterValue[];
}

/** A value that a column is compared with. */
export type FilterValue = string | number;

/** One condition on a tag. */
export interface TagPredicate {
  readonly tag: string;
  readonly value: string;
}

/** What a list is restricted to: all of the conditions hold. */
export interface Filter {
  readonly predicates: readonly Predicate[];
  readonly tags: readonly TagPredicate[];
}

const MAX_PREDICATES = 100;
const MAX_VALUES = 1000;
const MAX_LENGTH = 100_000;
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

/** A filter that restricts nothing. */
export const noFilter: Filter = { predicates: [], tags: [] };

/**
 * Reads the filter of a list query: JSON, or JSON that is percent-encoded once more, as some clients send it.
 *
 * @throws StatusError INVALID_ARGUMENT that says which predicate is wrong and how.
 */
export function parseFilter(listable: Listable, filter: string | undefined): Filter {
  if (filter === undefined || filter === "") return noFilter;
  if (filter.length > MAX_LENGTH) throw invalidArgument(`filter: longer than ${MAX_LENGTH} characters`);
  const parsed = parseJson(filter);
  if (!isObject(parsed)) throw invalidArgument('filter: expected an object such as {"predicates": [...]}');
  const unknown = Object.keys(parsed).find((key) => key !== "predicates");
  if (unknown !== undefined) throw invalidArgument(`filter: unknown field ${JSON.stringify(unknown)}; it has predicates`);
  const given = parsed["predicates"] ?? [];
  if (!Array.isArray(given)) throw invalidArgument("filter.predicates: expected a list");
  if (given.length > MAX_PREDICATES) throw invalidArgument(`filter.predicates: more than ${MAX_PREDICATES}`);
  const predicates: Predicate[] = [];
  const tags: TagPredicate[] = [];
  for (const [index, one] of given.entries()) {
    const read = readPredicate(listable, one, `filter.predicates[${index}]`);
    if ("tag" in read) tags.push(read);
    else predicates.push(read);
  }
  return { predicates, tags };
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
  throw invalidArgument("filter: not JSON, neither as it is nor percent-decoded");
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function readPredicate(listable: Listable, given: unknown, path: string): Predicate | TagPredicate {
  if (!isObject(given)) throw invalidArgument(`${path}: expected an object`);
  const fields = normalised(given, path);
  const operation = readOperation(fields.get("operation"), path);
  const key = fields.get("key");
  if (typeof key !== "string" || key === "") throw invalidArgument(`${path}.key: expected the name of a field`);
  const present = VALUE_FIELDS.filter((name) => fields.has(name));
  const [valueField] = present;
  if (valueField === undefined) throw invalidArgument(`${path}: no value; give one of ${VALUE_FIELDS.join(", ")}`);
  if (present.length > 1) throw invalidArgument(`${path}: ${present.join(" and ")} exclude each other; give one`);
  if (listable.tags && key.startsWith("tags.")) {
    return readTagPredicate(key, operation, valueField, fields.get(valueField));
  }
  const column = Object.hasOwn(listable.keys, key) ? listable.keys[key] : undefined;
  if (column === undefined) throw invalidArgument(`no support for filtering on unrecognized field "${key}"`);
  const value = readValue(valueField, fields.get(valueField), `${path}.${valueField}`);
  checkOperation(operation, valueField, value, path);
  checkKind(column, key, value, path);
  return { operation, column, value };
}

function normalised(given: Readonly<Record<string, unknown>>, path: string): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(given)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (name !== "operation" && name !== "key" && !(VALUE_FIELDS as readonly string[]).includes(name)) {
      throw invalidArgument(
        `${path}: unknown field ${JSON.stringify(key)}; it has operation, key, ${VALUE_FIELDS.join(", ")}`,
      );
    }
    if (value !== null) fields.set(name, value);
  }
  return fields;
}

function readOperation(given: unknown, path: string): FilterOperation {
  const names = Object.keys(filterOperations) as FilterOperation[];
  const name = names.find((candidate) => candidate === given || filterOperations[candidate] === given);
  if (name === undefined) throw invalidArgument(`${path}.operation: expected one of ${names.join(", ")}`);
  return name;
}

function readTagPredicate(key: string, operation: FilterOperation, field: ValueField, value: unknown): TagPredicate {
  if (operation !== "EQUALS") {
    throw invalidArgument(`only EQUALS operation is supported for tag filtering, got ${operation} for key "${key}"`);
  }
  if (field !== "string_value" || typeof value !== "string") {
    throw invalidArgument(`tag filter value must be a string for key "${key}"`);
  }
  return { tag: key.slice("tags.".length), value };
}

function readValue(field: ValueField, given: unknown, path: string): FilterValue | readonly FilterValue[] {
  switch (field) {
    case "int_value":
      return readWhole(given, 2 ** 31, path);
    case "long_value":
      return readWhole(given, 2 ** 53, path);
    case "string_value":
      return readText(given, path);
    case "timestamp_value":
      return readInstant(given, path);
    case "int_values":
      return readValues(given, path, (item, at) => readWhole(item, 2 ** 31, at));
    case "long_values":
      return readValues(given, path, (item, at) => readWhole(item, 2 ** 53, at));
    case "string_values":
      return readValues(given, path, readText);
  }
}

function readWhole(given: unknown, limit: number, path: string): number {
  const number = typeof given === "string" && /^-?\d{1,19}$/.test(given) ? Number(given) : given;
  if (typeof number !== "number" || !Number.isInteger(number) || number < -limit || number >= limit) {
    throw invalidArgument(`${path}: expected a whole number`);
  }
  return number;
}

function readText(given: unknown, path: string): string {
  if (typeof given !== "string") throw invalidArgument(`${path}: expected a text`);
  if (given.includes("\0")) throw invalidArgument(`${path}: the text has a NUL character`);
  return given;
}

function readInstant(given: unknown, path: string): number {
  const date = typeof given === "string" ? parseTimestamp(given) : undefined;
  if (date === undefined) throw invalidArgument(`${path}: expected an instant such as 2026-01-31T12:00:00Z`);
  return Math.floor(date.getTime() / 1000);
}

function readValues(
  given: unknown,
  path: string,
  read: (item: unknown, path: string) => FilterValue,
): readonly FilterValue[] {
  const values = isObject(given) ? (given["values"] ?? []) : undefined;
  if (!Array.isArray(values)) throw invalidArgument(`${path}: expected {"values": [...]}`);
  if (values.length > MAX_VALUES) throw invalidArgument(`${path}.values: more than ${MAX_VALUES}`);
  return values.map((item, index) => read(item, `${path}.values[${index}]`));
}

function checkOperation(
  operation: FilterOperation,
  field: ValueField,
  value: FilterValue | readonly FilterValue[],
  path: string,
): void {
  if (operation === "IN" && !Array.isArray(value)) {
    throw invalidArgument(`${path}: IN needs int_values, long_values or string_values, not ${field}`);
  }
  if (operation !== "IN" && Array.isArray(value)) {
    throw invalidArgument(`${path}: ${operation} needs one value, not ${field}`);
  }
  if (operation === "IS_SUBSTRING" && field !== "string_value") {
    throw invalidArgument(`${path}: IS_SUBSTRING needs string_value, not ${field}`);
  }
}

/** Texts are compared with texts and instants with instants: what a database would make of the rest differs. */
function checkKind(column: ListColumn, key: string, value: FilterValue | readonly FilterValue[], path: string): void {
  const values = Array.isArray(value) ? (value as readonly FilterValue[]) : [value as FilterValue];
  const wanted = column.kind === "text" ? "string" : "number";
  if (values.some((one) => typeof one !== wanted)) {
    const give = column.kind === "text" ? "string_value or string_values" : "timestamp_value, or long_value in seconds";
    throw invalidArgument(`${path}: ${key} is compared with ${give}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
