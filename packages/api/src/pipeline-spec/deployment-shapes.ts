import type {
  AcceleratorConfig,
  ContainerSpec,
  DeploymentConfig,
  EnvVar,
  ExecutorSpec,
  ImporterSpec,
  ResolverSpec,
  ResourceSpec,
} from "./deployment-config.ts";
import type { MessageShape } from "./proto-json.ts";
import { double, flag, int32, int64, list, map, message, struct, text } from "./shape.ts";
import { artifactTypeSchemaShape, valueOrRuntimeParameterShape } from "./value-shapes.ts";

const commandShape = { command: list(text), args: list(text) };
const properties = map(message(valueOrRuntimeParameterShape));

const envVarShape: MessageShape<EnvVar> = { name: text, value: text };

const acceleratorShape: MessageShape<AcceleratorConfig> = {
  type: text,
  count: int64,
  resourceType: text,
  resourceCount: text,
};

const resourceShape: MessageShape<ResourceSpec> = {
  cpuLimit: double,
  memoryLimit: double,
  cpuRequest: double,
  memoryRequest: double,
  resourceCpuLimit: text,
  resourceMemoryLimit: text,
  resourceCpuRequest: text,
  resourceMemoryRequest: text,
  accelerator: message(acceleratorShape),
};

const containerShape: MessageShape<ContainerSpec> = {
  image: text,
  ...commandShape,
  lifecycle: message({ preCacheCheck: message(commandShape) }),
  resources: message(resourceShape),
  env: list(message(envVarShape)),
};

const importerShape: MessageShape<ImporterSpec> = {
  artifactUri: message(valueOrRuntimeParameterShape),
  typeSchema: message(artifactTypeSchemaShape),
  properties,
  customProperties: properties,
  reimport: flag,
  metadata: struct,
  downloadToWorkspace: flag,
};

const resolverShape: MessageShape<ResolverSpec> = {
  outputArtifactQueries: map(message({ filter: text, limit: int32 })),
};

const executorShape: MessageShape<ExecutorSpec> = {
  container: { ...message(containerShape), oneOf: "spec" },
  importer: { ...message(importerShape), oneOf: "spec" },
  resolver: { ...message(resolverShape), oneOf: "spec" },
  customJob: { ...struct, oneOf: "spec" },
};

/** What `deploymentSpec` holds. */
export const deploymentConfigShape: MessageShape<DeploymentConfig> = {
  executors: map(message(executorShape)),
};
