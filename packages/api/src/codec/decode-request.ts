import { invalidArgument } from "../errors/status-error.ts";
import type { AnyMessage, Field, Fields, Json, Kind, ReceivedOf } from "../messages/field.ts";
import { camelCase, wireName } from "./names.ts";
import { parseTimestamp } from "./timestamp.ts";
import { wholeNumberOf } from "./whole-number.ts";

/** Free-form values nest at most this deep: what is passed on must also be readable by others. */
const MAX_DEPTH = 512;

/** Reads one value; `path` is for the error. Undefined means absent. */
type Read = (value: unknown, path: string) => unknown;

/** The parameters of a query, such as URLSearchParams: all values of a name, decoded. */
export interface QueryParameters {
  getAll(name: string): readonly string[];
}

interface FieldReader {
  readonly name: string;
  readonly field: Field;
  readonly read: Read;
}

const readers = new WeakMap<AnyMessage, Read>();

/**
 * Reads a message from a request body, as strictly as `ml-pipeline` does: field names in snake_case or camelCase,
 * unknown fields refused, null the same as absent.
 *
 * @param message - The message table.
 * @param value - The parsed JSON body.
 * @returns The fields that were given, by their TypeScript names.
 * @throws StatusError INVALID_ARGUMENT that names the path, what was expected and what was found.
 */
export function decodeRequest<M extends AnyMessage>(message: M, value: unknown): ReceivedOf<M> {
  return readerOf(message)(value, message.name) as ReceivedOf<M>;
}

/**
 * Reads the query of a request. Unknown parameters are ignored, as upstream does; a parameter that is given twice, in
 * whichever spelling, is refused.
 *
 * @throws StatusError INVALID_ARGUMENT that names the parameter.
 */
export function decodeQuery(fields: Fields, query: QueryParameters): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const wire = wireName(name, field);
    const camel = camelCase(wire);
    const given = camel === wire ? query.getAll(wire) : [...query.getAll(wire), ...query.getAll(camel)];
    if (given.length > 1) throw invalidArgument(`query parameter ${wire} is given ${given.length} times; give it once`);
    if (given.length === 0) continue;
    const value = readQueryValue(field.kind, given[0] as string, wire);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function readQueryValue(kind: Kind, text: string, name: string): unknown {
  const path = `query parameter ${name}`;
  switch (kind.type) {
    case "text":
      return text;
    case "flag":
      if (/^(true|True|TRUE|t|T|1)$/.test(text)) return true;
      if (/^(false|False|FALSE|f|F|0)$/.test(text)) return false;
      throw expected(path, "true or false", text);
    default:
      return reader(kind)(kind.type === "choice" && /^-?\d+$/.test(text) ? Number(text) : text, path);
  }
}

function readerOf(message: AnyMessage): Read {
  let read = readers.get(message);
  if (read === undefined) {
    read = makeMessageReader(message);
    readers.set(message, read);
  }
  return read;
}

function makeMessageReader(message: AnyMessage): Read {
  let byWireName: Map<string, FieldReader> | undefined;
  return (value, path) => {
    byWireName ??= fieldReaders(message);
    if (!isObject(value)) throw expected(path, "an object", value);
    const result: Record<string, unknown> = {};
    const oneofs: Record<string, string> = {};
    for (const key of Object.keys(value)) {
      const entry = byWireName.get(key);
      if (entry === undefined) throw unknownField(path, key, byWireName);
      const given = value[key];
      if (given === null) continue;
      const { name, field, read } = entry;
      if (name in result) throw invalidArgument(`${path}.${key}: given twice, in two spellings; give it once`);
      if (field.oneof !== undefined) {
        const other = oneofs[field.oneof];
        if (other !== undefined) throw invalidArgument(`${path}: ${other} and ${key} exclude each other; give one`);
        oneofs[field.oneof] = key;
      }
      const decoded = read(given, `${path}.${key}`);
      if (decoded !== undefined) result[name] = decoded;
    }
    return result;
  };
}

function fieldReaders(message: AnyMessage): Map<string, FieldReader> {
  const byWireName = new Map<string, FieldReader>();
  for (const [name, field] of Object.entries(message.fields)) {
    const entry = { name, field, read: reader(field.kind) };
    const wire = wireName(name, field);
    byWireName.set(wire, entry);
    byWireName.set(camelCase(wire), entry);
  }
  return byWireName;
}

function unknownField(path: string, key: string, known: ReadonlyMap<string, unknown>): Error {
  const names = [...known.keys()].filter((name) => !/[A-Z]/.test(name));
  return invalidArgument(`${path}: unknown field ${quote(key)}; it has ${names.join(", ")}`);
}

function reader(kind: Kind): Read {
  switch (kind.type) {
    case "text":
      return readText;
    case "flag":
      return readFlag;
    case "int32":
      return (value, path) => readWhole(value, path, 2 ** 31, "a whole number of 32 bits");
    case "int64":
      return (value, path) => readWhole(value, path, 2 ** 53, "a whole number below 2^53");
    case "timestamp":
      return readTimestamp;
    case "choice":
      return (value, path) => readChoice(kind, value, path);
    case "struct":
      return readStruct;
    case "json":
      return readJson;
    case "message":
      return (value, path) => readerOf(kind.message)(value, path);
    case "list":
      return listReader(reader(kind.item));
    case "map":
      return mapReader(reader(kind.value), kind.value.type === "json");
  }
}

function readText(value: unknown, path: string): string {
  if (typeof value !== "string") throw expected(path, "a text", value);
  if (!isWellFormed(value))
    throw invalidArgument(`${path}: the text is not valid Unicode: it has half a surrogate pair`);
  if (value.includes("\0")) throw invalidArgument(`${path}: the text has a NUL character, which cannot be stored`);
  return value;
}

function readFlag(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw expected(path, "true or false", value);
  return value;
}

function readWhole(value: unknown, path: string, limit: number, what: string): number {
  const number = wholeNumberOf(value, limit);
  if (number === undefined) throw expected(path, what, value);
  return number;
}

function readTimestamp(value: unknown, path: string): Date {
  const date = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (date === undefined) throw expected(path, "an instant such as 2026-01-31T12:00:00Z", value);
  return date;
}

function readChoice(kind: Extract<Kind, { type: "choice" }>, value: unknown, path: string): string | undefined {
  const names = Object.keys(kind.numbers);
  const name =
    typeof value === "number"
      ? names.find((candidate) => kind.numbers[candidate] === value)
      : names.find((candidate) => candidate === value);
  if (name === undefined) throw expected(path, `one of ${names.join(", ")}`, value);
  return kind.numbers[name] === 0 ? undefined : name;
}

function readStruct(value: unknown, path: string): unknown {
  if (!isObject(value)) throw expected(path, "an object", value);
  return readJson(value, path);
}

/** Passes a free-form value on, once it is known that it can be written and stored again. */
function readJson(value: unknown, path: string): Json {
  checkFreeForm(value, path, 1);
  return value as Json;
}

function checkFreeForm(value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) throw invalidArgument(`${path}: nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === "string") {
    readText(value, path);
  } else if (typeof value === "number" && !Number.isFinite(value)) {
    throw invalidArgument(`${path}: the number is too large to be kept`);
  } else if (Array.isArray(value)) {
    for (const item of value) checkFreeForm(item, path, depth + 1);
  } else if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) {
      readText(key, path);
      checkFreeForm((value as Record<string, unknown>)[key], path, depth + 1);
    }
  }
}

function listReader(read: Read): Read {
  return (value, path) => {
    if (!Array.isArray(value)) throw expected(path, "a list", value);
    return value.map((item, index) => read(item, `${path}[${index}]`));
  };
}

function mapReader(read: Read, keepsNull: boolean): Read {
  return (value, path) => {
    if (!isObject(value)) throw expected(path, "an object", value);
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      readText(key, path);
      if (item === null && !keepsNull) throw expected(`${path}.${key}`, "a value", item);
      Object.defineProperty(result, key, {
        value: read(item, `${path}.${key}`),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return result;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text has no half of a surrogate pair; such a text cannot be written as UTF-8. */
function isWellFormed(value: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value);
}

function expected(path: string, what: string, found: unknown): Error {
  return invalidArgument(`${path}: expected ${what}, got ${describe(found)}`);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return quote(value);
  return String(value);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
