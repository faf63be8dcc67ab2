import type { MessageShape } from "./proto-json.ts";
import { double, int64, json, message, text } from "./shape.ts";
import type { ArtifactTypeSchema, TypedValue, ValueOrRuntimeParameter } from "./value-spec.ts";

const typedValueShape: MessageShape<TypedValue> = {
  intValue: { ...int64, oneOf: "value" },
  doubleValue: { ...double, oneOf: "value" },
  stringValue: { ...text, oneOf: "value" },
};

/** A value that stands in the spec, or the name of a parameter that gives it. */
export const valueOrRuntimeParameterShape: MessageShape<ValueOrRuntimeParameter> = {
  constantValue: { ...message(typedValueShape), oneOf: "value" },
  runtimeParameter: { ...text, oneOf: "value" },
  constant: { ...json, oneOf: "value" },
};

/** The type of an artifact. */
export const artifactTypeSchemaShape: MessageShape<ArtifactTypeSchema> = {
  schemaTitle: { ...text, oneOf: "kind" },
  schemaUri: { ...text, oneOf: "kind" },
  instanceSchema: { ...text, oneOf: "kind" },
  schemaVersion: text,
};
