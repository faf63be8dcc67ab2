import type { AnyMessage, Field, InputOf, Kind, MessageOf } from "../messages/field.ts";
import { wireName } from "./names.ts";
import { RawJson } from "./raw-json.ts";
import { formatTimestamp } from "./timestamp.ts";

/** Writes one value as JSON text; undefined means: leave the field out. */
type Write = (value: unknown) => string | undefined;

interface FieldWriter {
  readonly name: string;
  /** `"display_name":` */
  readonly prefix: string;
  readonly write: Write;
  /** Whether an absent value is written all the same: an instant that has not come yet is the first of 1970. */
  readonly writesAbsent: boolean;
}

const writers = new WeakMap<AnyMessage, Write>();
const EPOCH = '"1970-01-01T00:00:00Z"';

/**
 * Writes a message as `ml-pipeline` does: snake_case names, zero values and empty lists left out, 64-bit numbers as
 * strings. The text is built directly, so that free-form parts that are text already are passed on as they are.
 *
 * @param message - The message table.
 * @param value - The message, by its TypeScript names.
 * @returns JSON text.
 */
export function encodeResponse<M extends AnyMessage>(message: M, value: MessageOf<M>): string {
  return writerOf(message, "response")(value) ?? "{}";
}

/** Writes the body of a request: like a response, but what is absent stays absent. */
export function encodeRequest<M extends AnyMessage>(message: M, value: InputOf<M>): string {
  return writerOf(message, "request")(value) ?? "{}";
}

type Direction = "request" | "response";
const requestWriters = new WeakMap<AnyMessage, Write>();

function writerOf(message: AnyMessage, direction: Direction): Write {
  const cache = direction === "request" ? requestWriters : writers;
  let write = cache.get(message);
  if (write === undefined) {
    write = makeMessageWriter(message, direction);
    cache.set(message, write);
  }
  return write;
}

function makeMessageWriter(message: AnyMessage, direction: Direction): Write {
  let fields: readonly FieldWriter[] | undefined;
  return (value) => {
    fields ??= Object.entries(message.fields).map(([name, field]) => fieldWriter(name, field, direction));
    const record = value as Readonly<Record<string, unknown>>;
    let text = "{";
    for (const { name, prefix, write, writesAbsent } of fields) {
      const given = record[name];
      if (given === undefined || given === null) {
        if (writesAbsent) text += text === "{" ? prefix + EPOCH : `,${prefix}${EPOCH}`;
        continue;
      }
      const written = write(given);
      if (written !== undefined) text += text === "{" ? prefix + written : `,${prefix}${written}`;
    }
    return `${text}}`;
  };
}

function fieldWriter(name: string, field: Field, direction: Direction): FieldWriter {
  const keepsZero = field.explicit === true || direction === "request";
  return {
    name,
    prefix: `${JSON.stringify(wireName(name, field))}:`,
    write: writer(field.kind, keepsZero, direction),
    writesAbsent: direction === "response" && field.kind.type === "timestamp" && field.kind.epochIsNone,
  };
}

function writer(kind: Kind, keepsZero: boolean, direction: Direction): Write {
  switch (kind.type) {
    case "text":
      return (value) => (value === "" && !keepsZero ? undefined : JSON.stringify(value));
    case "flag":
      return (value) => (value === true ? "true" : keepsZero ? "false" : undefined);
    case "int32":
      return (value) => (value === 0 && !keepsZero ? undefined : String(value));
    case "int64":
      return (value) => (value === 0 && !keepsZero ? undefined : `"${value}"`);
    case "timestamp":
      return (value) => `"${formatTimestamp(value as Date)}"`;
    case "choice":
      return (value) => JSON.stringify(value);
    case "struct":
    case "json":
      return (value) => (value instanceof RawJson ? value.text : JSON.stringify(value));
    case "message":
      return (value) => writerOf(kind.message, direction)(value);
    case "list":
      return listWriter(writer(kind.item, true, direction));
    case "map":
      return mapWriter(writer(kind.value, true, direction), direction);
  }
}

function listWriter(write: Write): Write {
  return (value) => {
    const items = value as readonly unknown[];
    return items.length === 0 ? undefined : `[${items.map((item) => write(item) ?? "null").join(",")}]`;
  };
}

function mapWriter(write: Write, direction: Direction): Write {
  return (value) => {
    if (value instanceof RawJson) return value.text === "{}" && direction === "response" ? undefined : value.text;
    const entries = Object.entries(value as Readonly<Record<string, unknown>>).filter(([, item]) => item !== undefined);
    // An empty map is left out of a response; in a request it has a meaning (clearing all tags).
    if (entries.length === 0) return direction === "response" ? undefined : "{}";
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${write(item) ?? "null"}`).join(",")}}`;
  };
}
