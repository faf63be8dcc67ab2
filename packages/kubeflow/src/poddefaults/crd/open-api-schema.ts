import { constantDefaults } from "../defaulting/constant-defaults.ts";
import type { Json, JsonObject } from "../json.ts";
import { fieldsOf } from "../schema/pod-types.ts";
import { QUANTITY_PATTERN } from "../schema/quantity.ts";
import type { Field } from "../schema/type-table.ts";

const integerOrText = [{ type: "integer" }, { type: "string" }] as const;

const simple: Readonly<Record<string, JsonObject>> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  intOrString: { anyOf: integerOrText, "x-kubernetes-int-or-string": true },
  quantity: { anyOf: integerOrText, pattern: QUANTITY_PATTERN, "x-kubernetes-int-or-string": true },
};

/**
 * The OpenAPI schema of a type, for a CustomResourceDefinition: its fields, which of them are required, and no more, so
 * that every value the API server takes in a pod is taken here too. Fields that Kubeflow's schema lacks are left out.
 */
export function schemaOfType(type: string): JsonObject {
  const fields = [...(fieldsOf(type) ?? [])].filter(([, field]) => !field.unknownToCrd);
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  const properties = fields.map(([name, field]) => [name, schemaOfField(type, name, field)] as const);
  return {
    type: "object",
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function schemaOfField(owner: string, name: string, field: Field): JsonObject {
  const one = simple[field.type] ?? schemaOfType(field.type);
  if (field.shape === "map") return { type: "object", additionalProperties: one };
  if (field.shape === "list") return { type: "array", items: one, ...listKeys(field.type) };
  return { ...one, ...defaultOf(owner, name) };
}

/** Ports alone are a map by two of their fields; both have to have a value then. */
function listKeys(type: string): JsonObject {
  if (type !== "ContainerPort") return {};
  return { "x-kubernetes-list-map-keys": ["containerPort", "protocol"], "x-kubernetes-list-type": "map" };
}

function defaultOf(owner: string, name: string): JsonObject {
  const byDefault: Json | undefined = owner === "ContainerPort" ? constantDefaults.ContainerPort?.[name] : undefined;
  return byDefault === undefined ? {} : { default: byDefault };
}
