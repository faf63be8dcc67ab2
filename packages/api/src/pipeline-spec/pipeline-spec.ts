import type { JsonObject } from "../messages/field.ts";
import type { ComponentSpec } from "./component-spec.ts";

/**
 * A compiled pipeline: the "IR" that the KFP compiler writes and Kubeflow Pipelines stores and runs, in the shape of
 * proto3 JSON. What is absent has its zero value.
 */
export interface PipelineSpec {
  readonly pipelineInfo?: PipelineInfo;
  /**
   * What the executors of components are. It is free form on the wire; Kubeflow Pipelines reads it as a
   * `DeploymentConfig` when it runs the pipeline.
   */
  readonly deploymentSpec?: JsonObject;
  /** The compiler, such as `kfp-2.17.0`. */
  readonly sdkVersion?: string;
  /** Always `2.1.0`. */
  readonly schemaVersion?: string;
  /** The components that tasks refer to, by name. */
  readonly components?: Readonly<Record<string, ComponentSpec>>;
  /** The component that the pipeline itself is. */
  readonly root?: ComponentSpec;
  /** Where artifacts go when a run says nothing else. */
  readonly defaultPipelineRoot?: string;
}

/** Name and texts of a pipeline. */
export interface PipelineInfo {
  /** Lower-case letters, digits and `-`, at most 128. */
  readonly name?: string;
  readonly displayName?: string;
  readonly description?: string;
}
