import type { Json } from "../messages/field.ts";

/** A value that stands in the spec, or the name of a parameter that gives it. */
export interface ValueOrRuntimeParameter {
  /** @deprecated {@link constant} */
  readonly constantValue?: TypedValue;
  readonly runtimeParameter?: string;
  readonly constant?: Json;
}

/** The older form of a value; exactly one of the three. A 64-bit integer is text. */
export interface TypedValue {
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly stringValue?: string;
}

/** The type of an artifact; title, URI and schema exclude each other. */
export interface ArtifactTypeSchema {
  /** Such as `system.Dataset`. */
  readonly schemaTitle?: string;
  /** @deprecated */
  readonly schemaUri?: string;
  readonly instanceSchema?: string;
  readonly schemaVersion?: string;
}
