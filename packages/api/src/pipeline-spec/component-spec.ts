import type { Json, JsonObject } from "../messages/field.ts";
import type { SinglePlatformSpec } from "./platform-spec.ts";
import type { TaskSpec } from "./task-spec.ts";
import type { ArtifactTypeSchema, ValueOrRuntimeParameter } from "./value-spec.ts";

/** A component: inputs, outputs, and one of a graph of tasks and an executor. */
export interface ComponentSpec {
  readonly inputDefinitions?: ComponentInputsSpec;
  readonly outputDefinitions?: ComponentOutputsSpec;
  /** The component is a graph of tasks. */
  readonly dag?: DagSpec;
  /** The component is executed: the label of its executor in `deploymentSpec`. */
  readonly executorLabel?: string;
  readonly singlePlatformSpecs?: readonly SinglePlatformSpec[];
  readonly taskConfigPassthroughs?: readonly TaskConfigPassthrough[];
}

/** Tasks and what leaves the graph of them. */
export interface DagSpec {
  readonly tasks?: Readonly<Record<string, TaskSpec>>;
  readonly outputs?: DagOutputsSpec;
}

/** Which outputs of its tasks a graph gives as its own. */
export interface DagOutputsSpec {
  readonly artifacts?: Readonly<Record<string, { readonly artifactSelectors?: readonly ArtifactSelectorSpec[] }>>;
  readonly parameters?: Readonly<Record<string, DagOutputParameterSpec>>;
}

/** An artifact that a task of the graph produces. */
export interface ArtifactSelectorSpec {
  readonly producerSubtask?: string;
  readonly outputArtifactKey?: string;
}

/** A parameter that a task of the graph produces. */
export interface ParameterSelectorSpec {
  readonly producerSubtask?: string;
  readonly outputParameterKey?: string;
}

/** One task gives the value, or the first of several that ran does. */
export interface DagOutputParameterSpec {
  readonly valueFromParameter?: ParameterSelectorSpec;
  readonly valueFromOneof?: { readonly parameterSelectors?: readonly ParameterSelectorSpec[] };
}

/** What a component takes. */
export interface ComponentInputsSpec {
  readonly artifacts?: Readonly<Record<string, InputArtifactDefinition>>;
  readonly parameters?: Readonly<Record<string, ParameterSpec>>;
}

/** An artifact that a component takes. */
export interface InputArtifactDefinition {
  readonly artifactType?: ArtifactTypeSchema;
  readonly isArtifactList?: boolean;
  readonly isOptional?: boolean;
  readonly description?: string;
}

/** A parameter that a component takes. */
export interface ParameterSpec {
  /** @deprecated {@link parameterType} */
  readonly type?: PrimitiveType;
  readonly parameterType?: ParameterType;
  readonly defaultValue?: Json;
  readonly isOptional?: boolean;
  readonly description?: string;
  /** The only values that are allowed. */
  readonly literals?: readonly Json[];
}

/** What a component gives. */
export interface ComponentOutputsSpec {
  readonly artifacts?: Readonly<Record<string, OutputArtifactDefinition>>;
  readonly parameters?: Readonly<Record<string, OutputParameterDefinition>>;
}

/** An artifact that a component gives. */
export interface OutputArtifactDefinition {
  readonly artifactType?: ArtifactTypeSchema;
  /** @deprecated {@link metadata} */
  readonly properties?: Readonly<Record<string, ValueOrRuntimeParameter>>;
  /** @deprecated {@link metadata} */
  readonly customProperties?: Readonly<Record<string, ValueOrRuntimeParameter>>;
  readonly metadata?: JsonObject;
  readonly isArtifactList?: boolean;
  readonly description?: string;
}

/** A parameter that a component gives. */
export interface OutputParameterDefinition {
  /** @deprecated {@link parameterType} */
  readonly type?: PrimitiveType;
  readonly parameterType?: ParameterType;
  readonly description?: string;
}

/** The type of a parameter. */
export type ParameterType =
  | "PARAMETER_TYPE_ENUM_UNSPECIFIED"
  | "NUMBER_DOUBLE"
  | "NUMBER_INTEGER"
  | "STRING"
  | "BOOLEAN"
  | "LIST"
  | "STRUCT"
  | "TASK_FINAL_STATUS"
  | "TASK_CONFIG";

/** The type of a parameter, in the older form. */
export type PrimitiveType = "PRIMITIVE_TYPE_UNSPECIFIED" | "INT" | "DOUBLE" | "STRING";

/** A part of the task's settings that the component takes as a value. */
export interface TaskConfigPassthrough {
  readonly field?: TaskConfigPassthroughField;
  readonly applyToTask?: boolean;
}

/** Which part of the task's settings. */
export type TaskConfigPassthroughField =
  | "NONE"
  | "RESOURCES"
  | "ENV"
  | "KUBERNETES_AFFINITY"
  | "KUBERNETES_TOLERATIONS"
  | "KUBERNETES_NODE_SELECTOR"
  | "KUBERNETES_VOLUMES";
