import type { ValueOrRuntimeParameter } from "./value-spec.ts";

/** A node of a graph: a component with its inputs connected. */
export interface TaskSpec {
  readonly taskInfo?: { readonly name?: string };
  readonly inputs?: TaskInputsSpec;
  /** Names of tasks of the same graph that come before this one. */
  readonly dependentTasks?: readonly string[];
  readonly cachingOptions?: { readonly enableCache?: boolean; readonly cacheKey?: string };
  /** The component, by its name in `components`. */
  readonly componentRef?: { readonly name?: string };
  readonly triggerPolicy?: TriggerPolicy;
  /** One run of the task for every artifact of a list; excludes {@link parameterIterator}. */
  readonly artifactIterator?: ArtifactIteratorSpec;
  /** One run of the task for every value of a list. */
  readonly parameterIterator?: ParameterIteratorSpec;
  readonly retryPolicy?: RetryPolicy;
  readonly iteratorPolicy?: { readonly parallelismLimit?: number };
}

/** How the inputs of a task are connected. */
export interface TaskInputsSpec {
  readonly parameters?: Readonly<Record<string, TaskInputParameter>>;
  readonly artifacts?: Readonly<Record<string, TaskInputArtifact>>;
}

/** Where a parameter comes from; exactly one source. */
export interface TaskInputParameter {
  readonly taskOutputParameter?: { readonly producerTask?: string; readonly outputParameterKey?: string };
  readonly runtimeValue?: ValueOrRuntimeParameter;
  readonly componentInputParameter?: string;
  readonly taskFinalStatus?: { readonly producerTask?: string };
  /** A CEL expression that picks a part of the value. */
  readonly parameterExpressionSelector?: string;
}

/** Where an artifact comes from; exactly one source. */
export interface TaskInputArtifact {
  readonly taskOutputArtifact?: { readonly producerTask?: string; readonly outputArtifactKey?: string };
  readonly componentInputArtifact?: string;
}

/** When a task whose predecessors have ended is started. */
export interface TriggerPolicy {
  /** A CEL expression over the inputs. */
  readonly condition?: string;
  readonly strategy?: TriggerStrategy;
}

/** Whether the tasks before must have succeeded, or only ended. */
export type TriggerStrategy =
  | "TRIGGER_STRATEGY_UNSPECIFIED"
  | "ALL_UPSTREAM_TASKS_SUCCEEDED"
  | "ALL_UPSTREAM_TASKS_COMPLETED";

/** A loop over artifacts. */
export interface ArtifactIteratorSpec {
  readonly items?: { readonly inputArtifact?: string };
  readonly itemInput?: string;
}

/** A loop over values: JSON text of a list, or an input that is a list. */
export interface ParameterIteratorSpec {
  readonly items?: { readonly raw?: string; readonly inputParameter?: string };
  readonly itemInput?: string;
}

/** How often and after how long a failed task is tried again. Durations are texts such as `60s`. */
export interface RetryPolicy {
  readonly maxRetryCount?: number;
  readonly backoffDuration?: string;
  readonly backoffFactor?: number;
  readonly backoffMaxDuration?: string;
}
