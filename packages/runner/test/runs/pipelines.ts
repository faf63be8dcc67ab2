import type { JsonObject } from "@kfp-ts/api";
import { type ParsedPipeline, parsePipelineDocuments } from "@kfp-ts/api/pipeline-spec";

/** A step of a chain: a script of `sh`, which gives its output by writing it into the file `$OUT`. */
export interface Step {
  readonly name: string;
  readonly script: string;
  /** What it waits for. */
  readonly after?: readonly string[];
  readonly more?: JsonObject;
}

/**
 * A pipeline of shell scripts, each of which gives the text `Output` and an artifact `file`.
 *
 * @param platform - What the second document says of Kubernetes.
 */
export function shellPipeline(steps: readonly Step[], name = "shell", platform?: JsonObject): ParsedPipeline {
  const executors = Object.fromEntries(
    steps.map((step) => [
      `exec-${step.name}`,
      {
        container: {
          image: "any",
          command: ["sh", "-ec", `OUT="$0"; FILE="$1"; ${step.script}`],
          args: ["{{$.outputs.parameters['Output'].output_file}}", "{{$.outputs.artifacts['file'].path}}"],
        },
      },
    ]),
  );
  const components = Object.fromEntries(
    steps.map((step) => [
      `comp-${step.name}`,
      {
        executorLabel: `exec-${step.name}`,
        outputDefinitions: {
          parameters: { Output: { parameterType: "STRING" } },
          artifacts: { file: { artifactType: { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" } } },
        },
      },
    ]),
  );
  const tasks = Object.fromEntries(
    steps.map((step) => [
      step.name,
      { componentRef: { name: `comp-${step.name}` }, dependentTasks: step.after ?? [], ...step.more },
    ]),
  );
  const pipeline = JSON.stringify({
    pipelineInfo: { name },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    root: { dag: { tasks } },
    components,
    deploymentSpec: { executors },
  });
  if (platform === undefined) return parsePipelineDocuments(pipeline);
  return parsePipelineDocuments(`${pipeline}\n---\n${JSON.stringify({ platforms: { kubernetes: platform } })}`);
}
