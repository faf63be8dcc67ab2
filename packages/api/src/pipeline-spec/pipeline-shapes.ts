import type {
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
import type { PipelineInfo, PipelineSpec } from "./pipeline-spec.ts";
import { singlePlatformSpecShape } from "./platform-shapes.ts";
import type { MessageShape } from "./proto-json.ts";
import { choice, flag, json, list, map, message, struct, text } from "./shape.ts";
import { taskSpecShape } from "./task-shapes.ts";
import { artifactTypeSchemaShape, valueOrRuntimeParameterShape } from "./value-shapes.ts";

const primitiveType = choice<PrimitiveType>("PRIMITIVE_TYPE_UNSPECIFIED", "INT", "DOUBLE", "STRING");

const parameterType = choice<ParameterType>(
  "PARAMETER_TYPE_ENUM_UNSPECIFIED",
  "NUMBER_DOUBLE",
  "NUMBER_INTEGER",
  "STRING",
  "BOOLEAN",
  "LIST",
  "STRUCT",
  "TASK_FINAL_STATUS",
  "TASK_CONFIG",
);

const passthroughField = choice<TaskConfigPassthroughField>(
  "NONE",
  "RESOURCES",
  "ENV",
  "KUBERNETES_AFFINITY",
  "KUBERNETES_TOLERATIONS",
  "KUBERNETES_NODE_SELECTOR",
  "KUBERNETES_VOLUMES",
);

const artifactType = message(artifactTypeSchemaShape);
const properties = map(message(valueOrRuntimeParameterShape));

const parameterSpecShape: MessageShape<ParameterSpec> = {
  type: primitiveType,
  parameterType,
  defaultValue: json,
  isOptional: flag,
  description: text,
  literals: list(json),
};

const inputArtifactShape: MessageShape<InputArtifactDefinition> = {
  artifactType,
  isArtifactList: flag,
  isOptional: flag,
  description: text,
};

const componentInputsShape: MessageShape<ComponentInputsSpec> = {
  artifacts: map(message(inputArtifactShape)),
  parameters: map(message(parameterSpecShape)),
};

const outputArtifactShape: MessageShape<OutputArtifactDefinition> = {
  artifactType,
  properties,
  customProperties: properties,
  metadata: struct,
  isArtifactList: flag,
  description: text,
};

const outputParameterShape: MessageShape<OutputParameterDefinition> = {
  type: primitiveType,
  parameterType,
  description: text,
};

const componentOutputsShape: MessageShape<ComponentOutputsSpec> = {
  artifacts: map(message(outputArtifactShape)),
  parameters: map(message(outputParameterShape)),
};

const artifactSelectorShape: MessageShape<ArtifactSelectorSpec> = { producerSubtask: text, outputArtifactKey: text };
const parameterSelectorShape: MessageShape<ParameterSelectorSpec> = { producerSubtask: text, outputParameterKey: text };

const dagOutputParameterShape: MessageShape<DagOutputParameterSpec> = {
  valueFromParameter: { ...message(parameterSelectorShape), oneOf: "kind" },
  valueFromOneof: { ...message({ parameterSelectors: list(message(parameterSelectorShape)) }), oneOf: "kind" },
};

const dagOutputsShape: MessageShape<DagOutputsSpec> = {
  artifacts: map(message({ artifactSelectors: list(message(artifactSelectorShape)) })),
  parameters: map(message(dagOutputParameterShape)),
};

const dagShape: MessageShape<DagSpec> = {
  tasks: map(message(taskSpecShape)),
  outputs: message(dagOutputsShape),
};

const passthroughShape: MessageShape<TaskConfigPassthrough> = { field: passthroughField, applyToTask: flag };

const componentSpecShape: MessageShape<ComponentSpec> = {
  inputDefinitions: message(componentInputsShape),
  outputDefinitions: message(componentOutputsShape),
  dag: { ...message(dagShape), oneOf: "implementation" },
  executorLabel: { ...text, oneOf: "implementation" },
  singlePlatformSpecs: list(message(singlePlatformSpecShape)),
  taskConfigPassthroughs: list(message(passthroughShape)),
};

const pipelineInfoShape: MessageShape<PipelineInfo> = { name: text, displayName: text, description: text };

/** The first document of a package. */
export const pipelineSpecShape: MessageShape<PipelineSpec> = {
  pipelineInfo: message(pipelineInfoShape),
  deploymentSpec: struct,
  sdkVersion: text,
  schemaVersion: text,
  components: map(message(componentSpecShape)),
  root: message(componentSpecShape),
  defaultPipelineRoot: text,
};
