import type { Json, JsonObject } from "@kfp-ts/api";
import { type ParsedPipeline, type PipelineSpec, parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";

/** What a test says of a pipeline; the rest is a pipeline of one task `say` that runs a container. */
export interface Parts {
  readonly tasks?: JsonObject;
  readonly root?: JsonObject;
  readonly components?: JsonObject;
  readonly executors?: JsonObject;
  readonly container?: JsonObject;
  readonly component?: JsonObject;
  readonly kubernetes?: JsonObject;
  readonly pipelineConfig?: JsonObject;
  readonly platforms?: JsonObject;
  readonly pipelineRoot?: string;
}

/** A task of the component `say`, or another. */
export function task(more: JsonObject = {}, component = "say"): JsonObject {
  return { componentRef: { name: component }, taskInfo: { name: "task" }, ...more };
}

/** A component that is a graph. */
export function graph(tasks: JsonObject, more: JsonObject = {}, outputs: JsonObject = {}): JsonObject {
  return { dag: { tasks, outputs }, ...more };
}

/** An input that another task gives. */
export function from(producerTask: string, outputParameterKey = "Output"): JsonObject {
  return { taskOutputParameter: { producerTask, outputParameterKey } };
}

/** Waits for tasks, and runs whatever became of them. */
export function exit(...dependentTasks: string[]): JsonObject {
  return task({ dependentTasks, triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" } });
}

/** A pipeline of the parts, read as a file is. */
export function pipelineOf(parts: Parts): ParsedPipeline {
  return parsePipelineDocuments(
    documentsOf(parts)
      .map((document) => JSON.stringify(document))
      .join("\n---\n"),
  );
}

/** A pipeline of the parts that nobody has looked at: the reading of a file refuses some mistakes itself. */
export function unreadPipelineOf(parts: Parts): ParsedPipeline {
  return { pipelineSpec: documentsOf(parts)[0] as PipelineSpec };
}

function documentsOf(parts: Parts): JsonObject[] {
  const output: JsonObject = { parameters: { Output: { parameterType: "STRING" } } };
  const spec: JsonObject = {
    pipelineInfo: { name: "example" },
    schemaVersion: "2.1.0",
    ...(parts.pipelineRoot && { defaultPipelineRoot: parts.pipelineRoot }),
    root: { dag: { tasks: parts.tasks ?? { say: task() } }, ...parts.root },
    components: {
      say: { executorLabel: "exec-say", outputDefinitions: output, ...parts.component },
      import: {
        executorLabel: "exec-import",
        inputDefinitions: { parameters: { uri: { parameterType: "STRING" } } },
        outputDefinitions: { artifacts: { artifact: { artifactType: { schemaTitle: "system.Artifact" } } } },
      },
      ...parts.components,
    },
    deploymentSpec: {
      executors: {
        "exec-say": { container: { image: "python:3.11", command: ["echo"], ...parts.container } },
        "exec-import": { importer: { artifactUri: { constant: "s3://bucket/x" }, typeSchema: {} } },
        ...parts.executors,
      },
    },
  };
  const kubernetes: JsonObject = {
    ...(parts.kubernetes && { deploymentSpec: { executors: { "exec-say": parts.kubernetes } } }),
    ...(parts.pipelineConfig && { pipelineConfig: parts.pipelineConfig }),
  };
  const platforms: Json = { ...parts.platforms, ...(Object.keys(kubernetes).length > 0 && { kubernetes }) };
  return Object.keys(platforms).length > 0 ? [spec, { platforms }] : [spec];
}
