import type { MessageShape } from "./proto-json.ts";
import { choice, double, duration, flag, int32, list, map, message, text } from "./shape.ts";
import type {
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
import { valueOrRuntimeParameterShape } from "./value-shapes.ts";

const inputParameterShape: MessageShape<TaskInputParameter> = {
  taskOutputParameter: { ...message({ producerTask: text, outputParameterKey: text }), oneOf: "kind" },
  runtimeValue: { ...message(valueOrRuntimeParameterShape), oneOf: "kind" },
  componentInputParameter: { ...text, oneOf: "kind" },
  taskFinalStatus: { ...message({ producerTask: text }), oneOf: "kind" },
  parameterExpressionSelector: text,
};

const inputArtifactShape: MessageShape<TaskInputArtifact> = {
  taskOutputArtifact: { ...message({ producerTask: text, outputArtifactKey: text }), oneOf: "kind" },
  componentInputArtifact: { ...text, oneOf: "kind" },
};

const taskInputsShape: MessageShape<TaskInputsSpec> = {
  parameters: map(message(inputParameterShape)),
  artifacts: map(message(inputArtifactShape)),
};

const triggerPolicyShape: MessageShape<TriggerPolicy> = {
  condition: text,
  strategy: choice<TriggerStrategy>(
    "TRIGGER_STRATEGY_UNSPECIFIED",
    "ALL_UPSTREAM_TASKS_SUCCEEDED",
    "ALL_UPSTREAM_TASKS_COMPLETED",
  ),
};

const artifactIteratorShape: MessageShape<ArtifactIteratorSpec> = {
  items: message({ inputArtifact: text }),
  itemInput: text,
};

const parameterIteratorShape: MessageShape<ParameterIteratorSpec> = {
  items: message({ raw: { ...text, oneOf: "kind" }, inputParameter: { ...text, oneOf: "kind" } }),
  itemInput: text,
};

const retryPolicyShape: MessageShape<RetryPolicy> = {
  maxRetryCount: int32,
  backoffDuration: duration,
  backoffFactor: double,
  backoffMaxDuration: duration,
};

/** A node of a graph. */
export const taskSpecShape: MessageShape<TaskSpec> = {
  taskInfo: message({ name: text }),
  inputs: message(taskInputsShape),
  dependentTasks: list(text),
  cachingOptions: message({ enableCache: flag, cacheKey: text }),
  componentRef: message({ name: text }),
  triggerPolicy: message(triggerPolicyShape),
  artifactIterator: { ...message(artifactIteratorShape), oneOf: "iterator" },
  parameterIterator: { ...message(parameterIteratorShape), oneOf: "iterator" },
  retryPolicy: message(retryPolicyShape),
  iteratorPolicy: message({ parallelismLimit: int32 }),
};
