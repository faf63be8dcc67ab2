import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ContainerComponent } from "../plan/plan.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import type { ExecutorInput } from "./executor-input.ts";

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
    { outputFile: join(folder.outputs, fileName(name)) },
  ]);
  const artifacts = Object.entries(outputs.artifacts).map(([name, { artifactType, metadata }]) => {
    const artifact = { name, type: artifactType ?? {}, uri: `${root}/${fileName(name)}`, metadata: metadata ?? {} };
    return [name, { artifacts: [artifact] }];
  });
  return {
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
    ...(artifacts.length > 0 && { artifacts: Object.fromEntries(artifacts) }),
    outputFile: folder.outputMetadata,
  };
}

/** The names of outputs are free, those of files are not: what could lead elsewhere is told apart by its hash. */
function fileName(name: string): string {
  if (/^[\p{L}\p{N}_-][\p{L}\p{N} ._-]{0,79}$/u.test(name)) return name;
  return `output-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}
