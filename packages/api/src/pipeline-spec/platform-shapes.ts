import type { PipelineConfig, PlatformSpec, SinglePlatformSpec, WorkspaceConfig } from "./platform-spec.ts";
import type { MessageShape } from "./proto-json.ts";
import { int32, map, message, struct, text } from "./shape.ts";

const workspaceShape: MessageShape<WorkspaceConfig> = {
  size: text,
  kubernetes: message({ pvcSpecPatch: struct }),
};

const pipelineConfigShape: MessageShape<PipelineConfig> = {
  resourceTtlOnCompletion: int32,
  workspace: message(workspaceShape),
  resourceTtlOnSuccess: int32,
  resourceTtlOnFailure: int32,
  activeDeadlineSeconds: int32,
};

/** The settings for one platform. */
export const singlePlatformSpecShape: MessageShape<SinglePlatformSpec> = {
  deploymentSpec: message({ executors: map(struct) }),
  platform: text,
  config: struct,
  pipelineConfig: message(pipelineConfigShape),
};

/** The second document of a package. */
export const platformSpecShape: MessageShape<PlatformSpec> = {
  platforms: map(message(singlePlatformSpecShape)),
};
