import type { AnyMessage, Field, Kind, MessageOf } from "../messages/field.ts";
import { camelCase, wireName } from "./names.ts";

/** Reads one value of a response; `name` is its field's, for the error. */
type Read = (value: unknown, name: string) => unknown;
type ReadMessage = (value: Readonly<Record<string, unknown>>) => Record<string, unknown>;

interface FieldReader {
  readonly name: string;
  readonly wire: string;
  readonly camel: string;
  readonly read: Read;
  readonly zero: (() => unknown) | undefined;
}

const readers = new WeakMap<AnyMessage, ReadMessage>();

/** A response has something else in a field than its message says: the answer of another program, or of a broken one. */
export class UnexpectedResponseError extends Error {
  override readonly name = "UnexpectedResponseError";
}

/**
 * Reads a message from a response. A client is lenient where a server is strict: fields that a newer server adds are
 * ignored, names of a list that it does not know are passed on, and zero values that the wire leaves out are filled in
 * where the message says that they are always there.
 *
 * @param message - The message table.
 * @param value - The parsed JSON body, an object.
 * @throws UnexpectedResponseError where a field holds another kind of value: it names the field.
 */
export function decodeResponse<M extends AnyMessage>(message: M, value: unknown): MessageOf<M> {
  return readerOf(message)(asObject(value, message.name)) as MessageOf<M>;
}

function readerOf(message: AnyMessage): ReadMessage {
  let read = readers.get(message);
  if (read === undefined) {
    read = makeReader(message);
    readers.set(message, read);
  }
  return read;
}

function makeReader(message: AnyMessage): ReadMessage {
  let fields: readonly FieldReader[] | undefined;
  return (value) => {
    fields ??= Object.entries(message.fields).map(([name, field]) => fieldReader(name, field));
    const result: Record<string, unknown> = {};
    for (const { name, wire, camel, read, zero } of fields) {
      let given = value[wire];
      if (given === undefined) given = value[camel];
      if (given === undefined || given === null) {
        if (zero !== undefined) result[name] = zero();
        continue;
      }
      const decoded = read(given, wire);
      if (decoded !== undefined) result[name] = decoded;
      else if (zero !== undefined) result[name] = zero();
    }
    return result;
  };
}

function fieldReader(name: string, field: Field): FieldReader {
  const wire = wireName(name, field);
  return {
    name,
    wire,
    camel: camelCase(wire),
    read: reader(field.kind),
    zero: field.presence === "always" ? zero(field.kind) : undefined,
  };
}

function reader(kind: Kind): Read {
  switch (kind.type) {
    case "text":
      return (value, name) => (typeof value === "string" ? value : unexpected(name, "a text"));
    case "flag":
      return (value, name) => (typeof value === "boolean" ? value : unexpected(name, "true or false"));
    case "int32":
    case "int64":
      return readNumber;
    case "timestamp":
      return kind.epochIsNone ? readLaterTimestamp : readTimestamp;
    case "choice":
      return (value, name) => readChoice(kind.numbers, value, name);
    case "message":
      return (value, name) => readerOf(kind.message)(asObject(value, name));
    case "list":
      return listReader(reader(kind.item));
    case "map":
      return mapReader(reader(kind.value));
    case "struct":
      return asObject;
    case "json":
      return (value) => value;
  }
}

function readNumber(value: unknown, name: string): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : unexpected(name, "a number");
}

function readTimestamp(value: unknown, name: string): Date {
  const date = typeof value === "string" ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? unexpected(name, "an instant") : date;
}

function readLaterTimestamp(value: unknown, name: string): Date | undefined {
  const date = readTimestamp(value, name);
  return date.getTime() === 0 ? undefined : date;
}

function readChoice(numbers: Readonly<Record<string, number>>, value: unknown, name: string): string | undefined {
  const chosen = typeof value === "number" ? Object.keys(numbers).find((key) => numbers[key] === value) : value;
  if (chosen === undefined) return undefined;
  if (typeof chosen !== "string") return unexpected(name, "a name");
  return numbers[chosen] === 0 ? undefined : chosen;
}

function listReader(read: Read): Read {
  return (value, name) => (Array.isArray(value) ? value.map((item) => read(item, name)) : unexpected(name, "a list"));
}

function mapReader(read: Read): Read {
  return (value, name) =>
    Object.fromEntries(Object.entries(asObject(value, name)).map(([key, item]) => [key, read(item, `${name}.${key}`)]));
}

function zero(kind: Kind): () => unknown {
  switch (kind.type) {
    case "text":
      return () => "";
    case "flag":
      return () => false;
    case "int32":
    case "int64":
      return () => 0;
    case "timestamp":
      return () => new Date(0);
    case "choice": {
      const first = Object.keys(kind.numbers)[1];
      return () => first;
    }
    case "list":
      return () => [];
    default:
      return () => ({});
  }
}

function asObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : unexpected(name, "an object");
}

function unexpected(name: string, what: string): never {
  throw new UnexpectedResponseError(`expected ${what} in ${name}`);
}
