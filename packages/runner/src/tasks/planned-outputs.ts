import { join } from "node:path";
import type { ContainerComponent } from "../plan/plan.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import type { ExecutorInput } from "./executor-input.ts";

/**
 * Where a task is to write its outputs. Every attempt has its own places, so that loops and retries do not get into each
 * other's way.
 *
 * @param root - The URI below which its artifacts go; the attempt's folder where it is none.
 */
export function plannedOutputs(
  { outputs }: ContainerComponent,
  folder: AttemptFolder,
  root: string,
): ExecutorInput["outputs"] {
  const parameters = Object.keys(outputs.parameters).map((name) => [name, { outputFile: join(folder.outputs, name) }]);
  const artifacts = Object.entries(outputs.artifacts).map(([name, { artifactType, metadata }]) => {
    const uri = root === "" ? join(folder.artifacts, name) : `${root}/${name}`;
    return [name, { artifacts: [{ name, type: artifactType ?? {}, uri, metadata: metadata ?? {} }] }];
  });
  return {
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
    ...(artifacts.length > 0 && { artifacts: Object.fromEntries(artifacts) }),
    outputFile: folder.outputMetadata,
  };
}
