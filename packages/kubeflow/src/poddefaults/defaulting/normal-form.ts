import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fieldsOf } from "../schema/pod-types.ts";
import { billionthsOf } from "../schema/quantity.ts";
import type { Field } from "../schema/type-table.ts";
import { saysNothing } from "../schema/written-form.ts";
import { constantDefaults } from "./constant-defaults.ts";
import { completedFields, dependentDefaults, type PodTraits } from "./dependent-defaults.ts";

/**
 * An entry of a pod as the API server would keep it: with the defaults of every field that is not set, without what
 * says nothing (null, empty lists and maps, zero values where they are no value of their own), and quantities by value.
 * Two entries mean the same to Kubernetes where this is equal. Fields that no table has stay as they are.
 */
export function normalForm(value: JsonObject, type: string, pod: PodTraits): JsonObject {
  const fields = fieldsOf(type);
  const result = new Map<string, Json>();
  for (const [name, given] of Object.entries(value)) {
    const field = fields?.get(name);
    const kept = field === undefined ? (given ?? undefined) : normalField(given, field, pod);
    if (kept !== undefined) result.set(name, kept);
  }
  for (const [name, byDefault] of Object.entries(constantDefaults[type] ?? {})) {
    if (!result.has(name) && byDefault !== undefined) result.set(name, byDefault);
  }
  const derived = dependentDefaults[type]?.(Object.fromEntries(result), pod) ?? {};
  for (const [name, byDefault] of Object.entries(derived)) {
    if (byDefault === undefined) continue;
    if (!result.has(name) || completedFields[type]?.has(name)) result.set(name, byDefault);
  }
  return Object.fromEntries(result);
}

function normalField(value: Json | undefined, field: Field, pod: PodTraits): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (field.shape === "list") {
    if (!Array.isArray(value)) return value;
    return value.length === 0 ? undefined : value.map((item: Json) => normalOne(item, field, pod));
  }
  if (field.shape === "map") {
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => [key, normalOne(item ?? null, field, pod)] as const);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  const normal = normalOne(value, field, pod);
  const isZero = field.type === "quantity" && !field.zeroIsValue && normal === "0";
  return isZero || saysNothing(normal, field) ? undefined : normal;
}

function normalOne(value: Json, field: Field, pod: PodTraits): Json {
  if (field.type === "quantity") return String(billionthsOf(value) ?? JSON.stringify(value));
  return isJsonObject(value) && fieldsOf(field.type) !== undefined ? normalForm(value, field.type, pod) : value;
}
