import { join } from "node:path";
import type { ContainerComponent } from "../plan/plan.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import type { ExecutorInput } from "./executor-input.ts";
import { outputFileName } from "./output-file-name.ts";

/**
 * Where a task is to write its outputs. Every attempt has its own places, so that loops and retries do not get into each
 * other's way.
 *
 * @param root - The path or URI below which its artifacts go.
 */
export function plannedOutputs(
  { outputs }: ContainerComponent,
  folder: AttemptFolder,
  root: string,
): ExecutorInput["outputs"] {
  const parameters = Object.keys(outputs.parameters).map((name) => [
    name,
    { outputFile: join(folder.outputs, outputFileName(name)) },
  ]);
  const artifacts = Object.entries(outputs.artifacts).map(([name, { artifactType, metadata }]) => {
    const artifact = {
      name,
      type: artifactType ?? {},
      uri: `${root}/${outputFileName(name)}`,
      metadata: metadata ?? {},
    };
    return [name, { artifacts: [artifact] }];
  });
  return {
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
    ...(artifacts.length > 0 && { artifacts: Object.fromEntries(artifacts) }),
    outputFile: folder.outputMetadata,
  };
}
