import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fieldsOf } from "./pod-types.ts";
import { billionthsOf } from "./quantity.ts";
import type { Field } from "./type-table.ts";

/**
 * What is wrong with an object, going by the types of its fields: the first mistake, as `spec.containers: a list of
 * objects is expected, not a text`; undefined where nothing is. Fields that no table has are not looked at, since a
 * cluster may know more of them.
 *
 * @param options.required - Whether what has to be there is asked for: required fields, and items that are not null. An
 *   API server takes null for an empty item when it reads a pod.
 */
export function mistakeIn(
  object: JsonObject,
  type: string,
  path: string,
  options: { readonly required: boolean },
): string | undefined {
  for (const [name, field] of fieldsOf(type) ?? []) {
    const value = object[name];
    const below = path === "" ? name : `${path}.${name}`;
    if (value === undefined || value === null) {
      if (options.required && field.required) return `${below}: it is required, and missing`;
      continue;
    }
    const mistake = mistakeInField(value, field, below, options);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function mistakeInField(
  value: Json,
  field: Field,
  path: string,
  options: { readonly required: boolean },
): string | undefined {
  if (field.shape === "list") {
    if (!Array.isArray(value)) return expected(path, "a list", value);
    return firstOf(
      value.map((item: Json, index) => () => mistakeInOne(item, field.type, `${path}[${index}]`, options)),
    );
  }
  if (field.shape === "map") {
    if (!isJsonObject(value)) return expected(path, "an object", value);
    return firstOf(
      Object.entries(value).map(
        ([key, item]) =>
          () =>
            mistakeInOne(item ?? null, field.type, `${path}[${JSON.stringify(key)}]`, options),
      ),
    );
  }
  return mistakeInOne(value, field.type, path, options);
}

function mistakeInOne(
  value: Json,
  type: string,
  path: string,
  options: { readonly required: boolean },
): string | undefined {
  if (value === null && !options.required) return undefined;
  const simple = simpleTypes[type];
  if (simple !== undefined) return simple.fits(value) ? undefined : expected(path, simple.name, value);
  if (!isJsonObject(value)) return expected(path, "an object", value);
  return mistakeIn(value, type, path, options);
}

const isWhole = (value: Json, bits: 32 | 64): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;

const simpleTypes: Readonly<Record<string, { readonly name: string; readonly fits: (value: Json) => boolean }>> = {
  string: { name: "a text", fits: (value) => typeof value === "string" },
  boolean: { name: "true or false", fits: (value) => typeof value === "boolean" },
  int32: { name: "a whole number of 32 bits", fits: (value) => isWhole(value, 32) },
  int64: { name: "a whole number of 64 bits", fits: (value) => isWhole(value, 64) },
  intOrString: {
    name: "a whole number of 32 bits or a text",
    fits: (value) => typeof value === "string" || isWhole(value, 32),
  },
  time: { name: "a time such as 2026-01-31T12:00:00Z", fits: (value) => typeof value === "string" && time.test(value) },
  quantity: { name: "a quantity such as 500m or 1Gi", fits: (value) => billionthsOf(value) !== undefined },
};

function firstOf(checks: ReadonlyArray<() => string | undefined>): string | undefined {
  for (const check of checks) {
    const mistake = check();
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function expected(path: string, what: string, value: Json): string {
  return `${path}: ${what} is expected, not ${kindOf(value)}`;
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : String(value);
}
