import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { PodTraits } from "./dependent-defaults.ts";
import { normalForm } from "./normal-form.ts";

/** Whether two entries of a pod mean the same to Kubernetes: equal once its defaults are filled in. */
export function sameEntry(one: JsonObject, other: JsonObject, type: string, pod: PodTraits): boolean {
  return equal(normalForm(one, type, pod), normalForm(other, type, pod));
}

/** Whether two values of JSON are equal; the order of an object's fields does not count. */
export function equal(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item: Json, index) => equal(item, other[index] as Json));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && equal(one[name] ?? null, other[name] ?? null));
}
