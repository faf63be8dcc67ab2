import type { AnyMessage, Field, Kind, MessageOf } from "../messages/field.ts";
import { camelCase, wireName } from "./names.ts";

/** Reads one value of a response. */
type Read = (value: unknown) => unknown;
type ReadMessage = (value: Readonly<Record<string, unknown>>) => Record<string, unknown>;

interface FieldReader {
  readonly name: string;
  readonly wire: string;
  readonly camel: string;
  readonly read: Read | undefined;
  readonly zero: (() => unknown) | undefined;
}

const readers = new WeakMap<AnyMessage, ReadMessage>();

/**
 * Reads a message from a response. A client is lenient where a server is strict: fields that a newer server adds are
 * ignored, names of a list that it does not know are passed on, and zero values that the wire leaves out are filled in
 * where the message says that they are always there.
 *
 * @param message - The message table.
 * @param value - The parsed JSON body, an object.
 */
export function decodeResponse<M extends AnyMessage>(message: M, value: unknown): MessageOf<M> {
  return readerOf(message)(asObject(value)) as MessageOf<M>;
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
      const decoded = read === undefined ? given : read(given);
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

/** Undefined where the JSON value is already the TypeScript value. */
function reader(kind: Kind): Read | undefined {
  switch (kind.type) {
    case "int32":
    case "int64":
      return Number;
    case "timestamp":
      return kind.epochIsNone ? readLaterTimestamp : readTimestamp;
    case "choice":
      return (value) => readChoice(kind.numbers, value);
    case "message":
      return (value) => readerOf(kind.message)(asObject(value));
    case "list":
      return listReader(reader(kind.item));
    case "map":
      return mapReader(reader(kind.value));
    default:
      return undefined;
  }
}

function readTimestamp(value: unknown): Date | undefined {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function readLaterTimestamp(value: unknown): Date | undefined {
  const date = readTimestamp(value);
  return date?.getTime() === 0 ? undefined : date;
}

function readChoice(numbers: Readonly<Record<string, number>>, value: unknown): unknown {
  const name = typeof value === "number" ? Object.keys(numbers).find((key) => numbers[key] === value) : value;
  return typeof name === "string" && numbers[name] === 0 ? undefined : name;
}

function listReader(read: Read | undefined): Read {
  return (value) => {
    if (!Array.isArray(value)) return [];
    return read === undefined ? value : value.map(read);
  };
}

function mapReader(read: Read | undefined): Read {
  return (value) => {
    if (read === undefined) return value;
    return Object.fromEntries(Object.entries(asObject(value)).map(([key, item]) => [key, read(item)]));
  };
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

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
