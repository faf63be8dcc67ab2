import { wireName } from "../codec/names.ts";
import type { AnyMessage, Field, Kind } from "../messages/field.ts";

/** A JSON Schema of draft 2020-12, which OpenAPI 3.1 speaks. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * - `request`: what the server takes: null for absent, numbers as text, enum names or numbers, no unknown field.
 * - `response`: what the server writes: zero values left out, 64-bit numbers as text, enum names.
 */
export type Direction = "request" | "response";

const INT_32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } as const;
const INT_64 = { minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 } as const;

/** The names under which the two schemas of a message are kept. */
export function schemaName(message: AnyMessage, direction: Direction): string {
  return direction === "request" ? `${message.name}Input` : message.name;
}

/** The schema of a message, and the messages that it refers to. */
export function messageSchema(
  message: AnyMessage,
  direction: Direction,
): { readonly schema: Schema; readonly uses: readonly AnyMessage[] } {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  const uses: AnyMessage[] = [];
  for (const [name, field] of Object.entries(message.fields)) {
    const wire = wireName(name, field);
    properties[wire] = fieldSchema(field, direction);
    if (isRequired(field, direction)) required.push(wire);
    uses.push(...messagesOf(field.kind));
  }
  const schema = {
    type: "object",
    description: message.doc,
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  return { schema, uses };
}

/** On the wire a response leaves out every zero value, so that only what is always written can be relied on. */
function isRequired(field: Field, direction: Direction): boolean {
  return direction === "request" ? field.inRequest === "required" : field.explicit === true;
}

function fieldSchema(field: Field, direction: Direction): Schema {
  const { kind, maxLength, doc } = field;
  const required = isRequired(field, direction);
  const plain = kindSchema(kind, direction);
  const bounded = {
    ...plain,
    ...(kind.type === "text" && maxLength !== undefined && { maxLength }),
    ...(kind.type === "text" && direction === "request" && required && { minLength: 1 }),
  };
  const schema = direction === "request" && !required ? nullable(bounded) : bounded;
  const notes = [
    doc,
    direction === "request" && field.inRequest === "ignored" ? "Given by the server; has no effect in a request." : "",
    field.oneof === undefined ? "" : `Excludes the other fields of ${JSON.stringify(field.oneof)}.`,
  ];
  return { ...schema, description: notes.filter((note) => note !== "").join(" ") };
}

/** The schema of one kind of value. */
export function kindSchema(kind: Kind, direction: Direction): Schema {
  switch (kind.type) {
    case "text":
      return { type: "string" };
    case "flag":
      return { type: "boolean" };
    case "int32":
      return direction === "response" ? { type: "integer", format: "int32", ...INT_32 } : wholeNumber("int32", INT_32);
    case "int64":
      return direction === "response"
        ? { type: "string", format: "int64", pattern: "^-?[0-9]{1,16}$" }
        : wholeNumber("int64", INT_64);
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "choice":
      return choiceSchema(kind.numbers, direction);
    case "struct":
      return { type: "object", additionalProperties: true };
    case "json":
      return {};
    case "message":
      return { $ref: `#/components/schemas/${schemaName(kind.message, direction)}` };
    case "list":
      return { type: "array", items: kindSchema(kind.item, direction) };
    case "map":
      return { type: "object", additionalProperties: kindSchema(kind.value, direction) };
  }
}

/** A whole number, as a number or as its digits. */
function wholeNumber(format: string, bounds: Schema): Schema {
  return { type: ["integer", "string"], format, ...bounds, pattern: "^-?[0-9]{1,19}$" };
}

function choiceSchema(numbers: Readonly<Record<string, number>>, direction: Direction): Schema {
  const names = Object.keys(numbers);
  if (direction === "response") return { type: "string", enum: names.filter((name) => numbers[name] !== 0) };
  return { enum: [...names, ...Object.values(numbers)] };
}

function nullable(schema: Schema): Schema {
  const { type, enum: values } = schema;
  if (values !== undefined) return { ...schema, enum: [...(values as readonly unknown[]), null] };
  if (typeof type === "string") return { ...schema, type: [type, "null"] };
  if (Array.isArray(type)) return { ...schema, type: [...type, "null"] };
  return schema.$ref === undefined ? schema : { anyOf: [schema, { type: "null" }] };
}

function messagesOf(kind: Kind): readonly AnyMessage[] {
  switch (kind.type) {
    case "message":
      return [kind.message];
    case "list":
      return messagesOf(kind.item);
    case "map":
      return messagesOf(kind.value);
    default:
      return [];
  }
}
