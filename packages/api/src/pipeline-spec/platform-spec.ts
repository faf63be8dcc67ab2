import type { JsonObject } from "../messages/field.ts";

/** The second document of a package: what a platform, in practice `kubernetes`, does beyond the portable spec. */
export interface PlatformSpec {
  readonly platforms?: Readonly<Record<string, SinglePlatformSpec>>;
}

/** The settings for one platform. */
export interface SinglePlatformSpec {
  /** Settings of executors, by label; free form. */
  readonly deploymentSpec?: { readonly executors?: Readonly<Record<string, JsonObject>> };
  readonly platform?: string;
  readonly config?: JsonObject;
  readonly pipelineConfig?: PipelineConfig;
}

/** Settings of the whole pipeline on a platform. Times are in seconds. */
export interface PipelineConfig {
  readonly resourceTtlOnCompletion?: number;
  readonly workspace?: WorkspaceConfig;
  readonly resourceTtlOnSuccess?: number;
  readonly resourceTtlOnFailure?: number;
  readonly activeDeadlineSeconds?: number;
}

/** A volume that all tasks of a run share. */
export interface WorkspaceConfig {
  /** A Kubernetes quantity. */
  readonly size?: string;
  readonly kubernetes?: { readonly pvcSpecPatch?: JsonObject };
}
