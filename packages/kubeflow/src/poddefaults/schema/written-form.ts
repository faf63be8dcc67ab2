import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fieldsOf } from "./pod-types.ts";
import type { Field } from "./type-table.ts";

/**
 * An entry of a pod as Kubernetes writes it: without null, empty lists and maps, and zero values where these are no value
 * of their own (`readOnly: false`), unless the field is required; with a quantity that is always there. Nothing else is
 * filled in. The fields that a table has come first, in its order.
 */
export function writtenForm(value: JsonObject, type: string): JsonObject {
  const fields = fieldsOf(type);
  const written = new Map<string, Json>();
  for (const [name, field] of fields ?? []) {
    const kept = writtenField(Object.hasOwn(value, name) ? value[name] : undefined, field);
    if (kept !== undefined) written.set(name, kept);
  }
  for (const [name, given] of Object.entries(value)) {
    if (!fields?.has(name) && given !== undefined) written.set(name, given);
  }
  return Object.fromEntries(written);
}

function writtenField(value: Json | undefined, field: Field): Json | undefined {
  const { type, shape, zeroIsValue, required } = field;
  if (value === undefined || value === null) {
    return type === "quantity" && shape === "one" && !zeroIsValue ? "0" : undefined;
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item: Json) => writtenOne(item, type));
  }
  if (shape === "map") return isJsonObject(value) && Object.keys(value).length === 0 ? undefined : value;
  const one = writtenOne(value, type);
  return !required && saysNothing(one, field) ? undefined : one;
}

function writtenOne(value: Json, type: string): Json {
  return isJsonObject(value) && fieldsOf(type) !== undefined ? writtenForm(value, type) : value;
}

/** Whether a value of a field is as good as none. */
export function saysNothing(value: Json, { zeroIsValue, emptyIsNone }: Field): boolean {
  if (isJsonObject(value)) return emptyIsNone && Object.keys(value).length === 0;
  return !zeroIsValue && (value === "" || value === false || value === 0);
}

/**
 * Whether something in an entry is set that Go keeps behind a pointer: printed by Go it is an address, so that no other
 * entry reads the same, however equal it is.
 */
export function holdsPointer(value: JsonObject, type: string): boolean {
  return [...(fieldsOf(type) ?? [])].some(([name, field]) => {
    const held = value[name];
    if (held === undefined || held === null) return false;
    if (Array.isArray(held)) return held.some((item: Json) => isJsonObject(item) && holdsPointer(item, field.type));
    if (field.zeroIsValue) return true;
    if (field.shape === "map" || fieldsOf(field.type) === undefined || !isJsonObject(held)) return false;
    return !field.emptyIsNone || holdsPointer(held, field.type);
  });
}
