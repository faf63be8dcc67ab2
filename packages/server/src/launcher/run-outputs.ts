import type { RunArtifact, RunOutputs } from "@kfp-ts/api";
import type { Artifact, RunView, TaskView } from "@kfp-ts/runner";
import { artifactsOf, downloadPathOf, factsOf, type Measure } from "./run-tasks.ts";
import { taskIdOf } from "./task-id.ts";

/** What a run as a whole has given, as the API has it: its artifacts are read where the tasks that made them have them. */
export async function runOutputsOf(
  runId: string,
  { outputs, tasks }: Pick<RunView, "outputs" | "tasks">,
  measure: Measure,
): Promise<RunOutputs> {
  const made = placesOf(tasks);
  const artifacts = artifactsOf(outputs).map(async ({ artifact, name, index }): Promise<RunArtifact> => {
    const output = { name, index, ...factsOf(artifact), ...(await measure(artifact)) };
    const place = made.get(placeKey(artifact));
    if (place === undefined) return { taskId: "", taskPath: "", ...output };
    const taskId = taskIdOf(runId, place.path);
    return {
      taskId,
      taskPath: place.path,
      ...output,
      downloadPath: downloadPathOf(runId, taskId, place.name, place.index),
    };
  });
  return { runId, parameters: outputs.parameters, artifacts: await Promise.all(artifacts) };
}

interface OutputPlace {
  readonly path: string;
  readonly name: string;
  readonly index: number;
}

/** Which output of which leaf an artifact is. What several give, such as one that was imported twice, is the first one's. */
function placesOf(tasks: readonly TaskView[]): ReadonlyMap<string, OutputPlace> {
  const places = new Map<string, OutputPlace>();
  for (const { path, kind, outputs } of tasks) {
    if (kind === "graph" || kind === "loop") continue;
    for (const { artifact, name, index } of artifactsOf(outputs)) {
      const key = placeKey(artifact);
      if (!places.has(key)) places.set(key, { path, name, index });
    }
  }
  return places;
}

function placeKey({ uri, customPath }: Artifact): string {
  return JSON.stringify([uri, customPath]);
}
