// What its functions throw: in the published packages this entry is a file of its own, with a class of its own.
export { StatusError } from "../errors/status-error.ts";
export type {
  ArtifactSelectorSpec,
  ComponentInputsSpec,
  ComponentOutputsSpec,
  ComponentSpec,
  DagOutputParameterSpec,
  DagOutputsSpec,
  DagSpec,
  InputArtifactDefinition,
  OutputArtifactDefinition,
  OutputParameterDefinition,
  ParameterSelectorSpec,
  ParameterSpec,
  ParameterType,
  PrimitiveType,
  TaskConfigPassthrough,
  TaskConfigPassthroughField,
} from "./component-spec.ts";
export type {
  AcceleratorConfig,
  ContainerSpec,
  DeploymentConfig,
  EnvVar,
  ExecutorSpec,
  ImporterSpec,
  ResolverSpec,
  ResourceSpec,
} from "./deployment-config.ts";
export { type InputParameter, inputParameters, pipelineName } from "./input-parameters.ts";
export { parsePipelineDocuments, toYaml } from "./package-text.ts";
export type { ParsedPipeline } from "./parsed-pipeline.ts";
export type { PipelineInfo, PipelineSpec } from "./pipeline-spec.ts";
export type { PipelineConfig, PlatformSpec, SinglePlatformSpec, WorkspaceConfig } from "./platform-spec.ts";
export { checkRuntimeParameters } from "./runtime-parameters.ts";
export { itemPath, memberPath, SpecError, type SpecPath } from "./spec-error.ts";
export { pipelineSpecFromStruct, pipelineSpecToStruct } from "./struct.ts";
export { deploymentConfigOf } from "./structure.ts";
export type {
  ArtifactIteratorSpec,
  ParameterIteratorSpec,
  RetryPolicy,
  TaskInputArtifact,
  TaskInputParameter,
  TaskInputsSpec,
  TaskSpec,
  TriggerPolicy,
  TriggerStrategy,
} from "./task-spec.ts";
export type { ArtifactTypeSchema, TypedValue, ValueOrRuntimeParameter } from "./value-spec.ts";
