import type { PipelineSpec } from "./pipeline-spec.ts";
import type { PlatformSpec } from "./platform-spec.ts";

/** A compiled pipeline that has been checked: the portable spec, and what it wants of Kubernetes where it does. */
export interface ParsedPipeline {
  readonly pipelineSpec: PipelineSpec;
  readonly platformSpec?: PlatformSpec;
}
