/**
 * The kinds of field that messages are made of. A message table is the one place that says what a message holds:
 * TypeScript types, the codec and the OpenAPI document are all derived from it.
 */

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** How a field's value is written, by kind. `T` is the TypeScript side of it. */
export type Kind =
  | { readonly type: "text" }
  | { readonly type: "flag" }
  | { readonly type: "int32" }
  | { readonly type: "int64" }
  | { readonly type: "timestamp"; readonly epochIsNone: boolean }
  | { readonly type: "choice"; readonly name: string; readonly numbers: Readonly<Record<string, number>> }
  | { readonly type: "struct" }
  | { readonly type: "json" }
  | { readonly type: "message"; readonly message: AnyMessage }
  | { readonly type: "list"; readonly item: Kind }
  | { readonly type: "map"; readonly value: Kind };

/**
 * - `always`: a response has it, and where the wire leaves a zero value out, it is filled in.
 * - `maybe`: it may be absent.
 */
export type Presence = "always" | "maybe";

/**
 * - `required`: a request is refused without it.
 * - `accepted`: a request may have it.
 * - `ignored`: the server sets it; a request may carry it (people send back what they got) and it has no effect.
 */
export type InRequest = "required" | "accepted" | "ignored";

/** One field of a message table. */
export interface Field<Out = unknown, In = Out, P extends Presence = Presence, R extends InRequest = InRequest> {
  readonly kind: Kind;
  readonly presence: P;
  readonly inRequest: R;
  readonly doc: string;
  /** Fields that carry the same `oneof` exclude each other. */
  readonly oneof?: string;
  /** The name on the wire where it is not the snake_case of the field's own. */
  readonly wire?: string;
  /** At most this many characters. */
  readonly maxLength?: number;
  /** Written even where its value is zero: upstream declares it so. */
  readonly explicit?: boolean;
  /** Never present: carries the TypeScript types. */
  readonly types?: { readonly out: Out; readonly in: In };
}

interface FieldOptions {
  readonly presence?: Presence;
  readonly inRequest?: InRequest;
  readonly oneof?: string;
  readonly wire?: string;
  readonly maxLength?: number;
  readonly explicit?: boolean;
}

type PresenceOf<O> = O extends { readonly presence: infer P extends Presence } ? P : "maybe";
type InRequestOf<O> = O extends { readonly inRequest: infer R extends InRequest } ? R : "accepted";

/** Makes a field of one kind. What is left out of the options is "maybe" and "accepted". */
export type Make<Out, In = Out> = <const O extends FieldOptions = Record<never, never>>(
  doc: string,
  options?: O,
) => Field<Out, In, PresenceOf<O>, InRequestOf<O>>;

function maker<Out, In = Out>(kind: Kind): Make<Out, In> {
  return (doc, options) =>
    ({
      ...options,
      kind,
      doc,
      presence: options?.presence ?? "maybe",
      inRequest: options?.inRequest ?? "accepted",
    }) as never;
}

/** Text. */
export const text: Make<string> = maker<string>({ type: "text" });
/** True or false; false is left out on the wire. */
export const flag: Make<boolean> = maker<boolean>({ type: "flag" });
/** A whole number of 32 bits: a JSON number on the wire. */
export const int32: Make<number> = maker<number>({ type: "int32" });
/** A whole number of 64 bits: a JSON string on the wire, a number here, so at most 2^53 - 1. */
export const int64: Make<number> = maker<number>({ type: "int64" });
/** An instant: RFC 3339 on the wire. */
export const timestamp: Make<Date> = maker<Date>({ type: "timestamp", epochIsNone: false });
/** An instant that may not have come yet. The wire says so with the first instant of 1970; here it is absent. */
export const laterTimestamp: Make<Date> = maker<Date>({ type: "timestamp", epochIsNone: true });
/** A free-form JSON object, passed on untouched. */
export const struct: Make<JsonObject> = maker<JsonObject>({ type: "struct" });

/** Free-form JSON objects by name, each value any JSON, passed on untouched. */
export const jsonMap: Make<Readonly<Record<string, Json>>> = maker({ type: "map", value: { type: "json" } });
/** Texts by name. */
export const textMap: Make<Readonly<Record<string, string>>> = maker({ type: "map", value: { type: "text" } });

/** One of a few names; the name whose number is 0 means "not said" and is absent here. */
export interface Choice<Name extends string> {
  readonly name: string;
  readonly numbers: Readonly<Record<Name, number>>;
}

/** A closed list of names with the number of each, as the protocol declares them. */
export function choice<const Name extends string>(name: string, numbers: Record<Name, number>): Choice<Name> {
  return { name, numbers };
}

/** A field whose value is one of a few names. */
export function choiceOf<Name extends string>(of: Choice<Name>): Make<Exclude<Name, `${string}UNSPECIFIED`>> {
  return maker({ type: "choice", ...of });
}

/** The fields of a message, by their TypeScript names. */
export type Fields = Readonly<Record<string, Field>>;

/** A message table. */
export interface Message<F extends Fields = Fields> {
  readonly name: string;
  readonly doc: string;
  readonly fields: F;
}

/** Any message table, whatever its fields. */
export type AnyMessage = Message<Fields>;

/** Declares a message. */
export function message<const F extends Fields>(name: string, doc: string, fields: F): Message<F> {
  return { name, doc, fields };
}

/** A message within a message. */
export function nested<F extends Fields>(of: Message<F>): Make<MessageOf<Message<F>>, InputOf<Message<F>>> {
  return maker({ type: "message", message: of });
}

/** A list of messages; an empty list is left out on the wire. */
export function listOf<F extends Fields>(
  of: Message<F>,
): Make<ReadonlyArray<MessageOf<Message<F>>>, ReadonlyArray<InputOf<Message<F>>>> {
  return maker({ type: "list", item: { type: "message", message: of } });
}

/** Messages by name. */
export function mapOf<F extends Fields>(
  of: Message<F>,
): Make<Readonly<Record<string, MessageOf<Message<F>>>>, Readonly<Record<string, InputOf<Message<F>>>>> {
  return maker({ type: "map", value: { type: "message", message: of } });
}

/** A list of whole numbers of 64 bits. */
export const int64List: Make<readonly number[]> = maker({ type: "list", item: { type: "int64" } });
/** Free-form JSON objects by name. */
export const structMap: Make<Readonly<Record<string, JsonObject>>> = maker({ type: "map", value: { type: "struct" } });

type Out<F> = F extends Field<infer O, infer _I, infer _P, infer _R> ? O : never;
type In<F> = F extends Field<infer _O, infer I, infer _P, infer _R> ? I : never;
type KeysWhere<F extends Fields, Part extends "presence" | "inRequest", Value> = {
  [K in keyof F]: F[K][Part] extends Value ? K : never;
}[keyof F];
type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** The TypeScript side of a message as it is read from a response. */
export type MessageOf<M extends AnyMessage> = Simplify<
  { readonly [K in KeysWhere<M["fields"], "presence", "always">]: Out<M["fields"][K]> } & {
    readonly [K in KeysWhere<M["fields"], "presence", "maybe">]?: Out<M["fields"][K]> | undefined;
  }
>;

/** The TypeScript side of a message as it is sent in a request. */
export type InputOf<M extends AnyMessage> = Simplify<
  { readonly [K in KeysWhere<M["fields"], "inRequest", "required">]: In<M["fields"][K]> } & {
    readonly [K in KeysWhere<M["fields"], "inRequest", "accepted">]?: In<M["fields"][K]> | undefined;
  }
>;

/** The TypeScript side of a message as a server reads it from a request: nothing is certain yet. */
export type ReceivedOf<M extends AnyMessage> = {
  readonly [K in keyof M["fields"]]?: Out<M["fields"][K]> | undefined;
};
