import type { Json } from "../messages/field.ts";
import { isObject } from "./proto-json.ts";

/** A JSON value as Go prints a `google.protobuf.Value`, which is how it stands in the texts of Kubeflow Pipelines. */
export function protoText(value: Json): string {
  if (value === null) return "null_value:NULL_VALUE";
  if (typeof value === "string") return `string_value:${JSON.stringify(value)}`;
  if (typeof value === "number") return `number_value:${value}`;
  if (typeof value === "boolean") return `bool_value:${value}`;
  if (isObject(value)) {
    const fields = Object.keys(value)
      .sort()
      .map((name) => `fields:{key:${JSON.stringify(name)} value:{${protoText(value[name] as Json)}}}`);
    return `struct_value:{${fields.join(" ")}}`;
  }
  return `list_value:{${value.map((item) => `values:{${protoText(item)}}`).join(" ")}}`;
}
