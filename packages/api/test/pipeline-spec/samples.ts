import type { PipelineSpec, TaskSpec } from "../../src/pipeline-spec/index.ts";

/** A pipeline that echoes a text, the least that runs. */
export function echoPipeline(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    components: { "comp-echo": { executorLabel: "exec-echo" } },
    deploymentSpec: { executors: { "exec-echo": { container: { image: "alpine", command: ["echo"] } } } },
    pipelineInfo: { name: "echo" },
    root: { dag: { tasks: { echo: echoTask() } } },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    ...over,
  };
}

/** A task of the component of {@link echoPipeline}. */
export function echoTask(over: TaskSpec = {}): TaskSpec {
  return { componentRef: { name: "comp-echo" }, taskInfo: { name: "echo" }, ...over };
}

/** A pipeline of several tasks of one component. */
export function pipelineOfTasks(tasks: Record<string, TaskSpec>): Record<string, unknown> {
  return echoPipeline({ root: { dag: { tasks } } });
}

/** A pipeline that takes a parameter of every type. */
export const typedPipeline: PipelineSpec = {
  pipelineInfo: { name: "typed" },
  root: {
    inputDefinitions: {
      parameters: {
        text: { parameterType: "STRING" },
        count: { parameterType: "NUMBER_INTEGER", defaultValue: 3 },
        ratio: { parameterType: "NUMBER_DOUBLE", defaultValue: 0.5, description: "of the whole" },
        flag: { parameterType: "BOOLEAN", defaultValue: true },
        items: { parameterType: "LIST", defaultValue: ["a"] },
        config: { parameterType: "STRUCT", defaultValue: { k: "v" } },
        maybe: { parameterType: "STRING", isOptional: true },
        size: { parameterType: "STRING", isOptional: true, literals: ["small", "large"] },
      },
    },
  },
};

/** What a function throws. */
export function thrownBy(action: () => unknown): Error & { code?: string } {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
