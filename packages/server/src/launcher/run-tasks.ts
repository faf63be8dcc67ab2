import type { RunArtifact, RunTask, RuntimeState } from "@kfp-ts/api";
import { runContents } from "@kfp-ts/api";
import type { Artifact, RunView, TaskState, TaskView, Values } from "@kfp-ts/runner";
import { statusOf } from "./run-error.ts";
import { taskIdOf } from "./task-id.ts";

/** How large an artifact is; undefined where that is not known. */
export type Measure = (artifact: Artifact) => Promise<{ readonly size?: number; readonly folder: boolean } | undefined>;

/** The tasks of a run as the API has them. */
export async function runTasksOf(
  runId: string,
  { tasks }: Pick<RunView, "tasks">,
  measure: Measure,
): Promise<readonly RunTask[]> {
  const paths = new Set(tasks.map(({ path }) => path));
  return Promise.all(tasks.map((task) => runTaskOf(runId, task, paths, measure)));
}

async function runTaskOf(
  runId: string,
  task: TaskView,
  paths: ReadonlySet<string>,
  measure: Measure,
): Promise<RunTask> {
  const { path, kind, inputs, outputs } = task;
  const taskId = taskIdOf(runId, path);
  const parent = parentOf(path, paths);
  const ofTask = { taskId, taskPath: path };
  return {
    taskId,
    path,
    name: task.name,
    displayName: task.displayName,
    kind,
    state: stateOf(task.state),
    startTime: instantOf(task.startedAt),
    endTime: instantOf(task.endedAt),
    attempts: task.attempts,
    parentTaskId: parent === undefined ? undefined : taskIdOf(runId, parent),
    inputParameters: inputs.parameters,
    inputArtifacts: artifactsOf(inputs).map(({ artifact, ...place }) => ({
      ...ofTask,
      ...place,
      ...factsOf(artifact),
    })),
    outputParameters: outputs.parameters,
    outputArtifacts: await Promise.all(
      artifactsOf(outputs).map(async ({ artifact, ...place }): Promise<RunArtifact> => {
        const downloadPath = downloadPathOf(runId, taskId, place.name, place.index);
        return { ...ofTask, ...place, ...factsOf(artifact), ...(await measure(artifact)), downloadPath };
      }),
    ),
    cachedFrom: task.cached && { runId: task.cached.runId, taskPath: task.cached.task },
    error: task.error && statusOf(task.error),
    stateHistory: task.history.map(({ at, state }) => ({ updateTime: new Date(at), state: stateOf(state) })),
  };
}

/** The nearest task around a task: between them there may be the numbers of iterations, which are no tasks. */
function parentOf(path: string, paths: ReadonlySet<string>): string | undefined {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const parent = path.slice(0, end);
    if (paths.has(parent)) return parent;
  }
  return undefined;
}

/** A task that was left out because of another one is shown as skipped: the API has no other word. */
function stateOf(state: TaskState): RuntimeState {
  return state === "OMITTED" ? "SKIPPED" : state;
}

function instantOf(milliseconds: number): Date | undefined {
  return milliseconds === 0 ? undefined : new Date(milliseconds);
}

/** The artifacts of values, each with its place among those of its name. */
export function artifactsOf({ artifacts }: Values) {
  return Object.entries(artifacts).flatMap(([name, list]) =>
    list.map((artifact, index) => ({ name, index, artifact }) as const),
  );
}

/** What the API has of an artifact wherever it stands. */
export function factsOf({ type, uri, metadata }: Artifact) {
  return { type: type.schemaTitle ?? "", uri, metadata };
}

/** Where the content of what a task has made can be read, from the root of the server. */
export function downloadPathOf(runId: string, taskId: string, name: string, index: number): string {
  const path = runContents.downloadArtifact.path
    .replace("{run_id}", encodeURIComponent(runId))
    .replace("{node_id}", taskId)
    .replace("{artifact_name}", encodeURIComponent(name));
  return index === 0 ? path : `${path}?index=${index}`;
}
