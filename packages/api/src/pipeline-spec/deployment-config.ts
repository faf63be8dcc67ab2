import type { JsonObject } from "../messages/field.ts";
import type { ArtifactTypeSchema, ValueOrRuntimeParameter } from "./value-spec.ts";

/** `deploymentSpec`, read. */
export interface DeploymentConfig {
  /** By the label that components refer to. */
  readonly executors?: Readonly<Record<string, ExecutorSpec>>;
}

/** How the leaf components of one label are executed; exactly one of the four. */
export interface ExecutorSpec {
  readonly container?: ContainerSpec;
  readonly importer?: ImporterSpec;
  readonly resolver?: ResolverSpec;
  /** Vertex AI only; Kubeflow Pipelines runs none. */
  readonly customJob?: JsonObject;
}

/** A container to start. Image, command and arguments may hold placeholders such as `{{$.inputs.parameters['x']}}`. */
export interface ContainerSpec {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly lifecycle?: {
    readonly preCacheCheck?: { readonly command?: readonly string[]; readonly args?: readonly string[] };
  };
  readonly resources?: ResourceSpec;
  readonly env?: readonly EnvVar[];
}

/** An environment variable of a container. */
export interface EnvVar {
  readonly name?: string;
  readonly value?: string;
}

/** What a container asks of its node. The numbers are the older form of the texts. */
export interface ResourceSpec {
  /** Cores. @deprecated {@link resourceCpuLimit} */
  readonly cpuLimit?: number;
  /** Gigabytes. @deprecated {@link resourceMemoryLimit} */
  readonly memoryLimit?: number;
  /** Cores. @deprecated {@link resourceCpuRequest} */
  readonly cpuRequest?: number;
  /** Gigabytes. @deprecated {@link resourceMemoryRequest} */
  readonly memoryRequest?: number;
  /** A Kubernetes quantity such as `500m`. */
  readonly resourceCpuLimit?: string;
  /** A Kubernetes quantity such as `2Gi`. */
  readonly resourceMemoryLimit?: string;
  readonly resourceCpuRequest?: string;
  readonly resourceMemoryRequest?: string;
  readonly accelerator?: AcceleratorConfig;
}

/** Accelerators of a container. */
export interface AcceleratorConfig {
  /** @deprecated {@link resourceType} */
  readonly type?: string;
  /** A 64-bit integer, as text. @deprecated {@link resourceCount} */
  readonly count?: string;
  /** The name of the Kubernetes resource, such as `nvidia.com/gpu`. */
  readonly resourceType?: string;
  readonly resourceCount?: string;
}

/** Takes an artifact from outside into the pipeline. */
export interface ImporterSpec {
  readonly artifactUri?: ValueOrRuntimeParameter;
  readonly typeSchema?: ArtifactTypeSchema;
  /** @deprecated {@link metadata} */
  readonly properties?: Readonly<Record<string, ValueOrRuntimeParameter>>;
  /** @deprecated {@link metadata} */
  readonly customProperties?: Readonly<Record<string, ValueOrRuntimeParameter>>;
  /** Whether it is imported again when it was before. */
  readonly reimport?: boolean;
  readonly metadata?: JsonObject;
  readonly downloadToWorkspace?: boolean;
}

/** Looks for artifacts of earlier runs; Kubeflow Pipelines runs none. */
export interface ResolverSpec {
  readonly outputArtifactQueries?: Readonly<Record<string, { readonly filter?: string; readonly limit?: number }>>;
}
