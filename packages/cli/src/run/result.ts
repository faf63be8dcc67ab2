import type { Json, JsonObject } from "@kfp-ts/api";
import type { RunView, TaskError, TaskView, Values } from "@kfp-ts/runner";

/** Why there is no good end, for programs. */
export interface ResultError {
  /** The code of the error, where it has a page. */
  readonly code?: string | undefined;
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/**
 * What `kfp-ts run` prints for programs: one object of this shape, whatever comes of it. Where nothing was started, there is
 * neither a state nor an id.
 *
 * @param view - The run as it stands.
 * @param error - What went wrong beside the run; else the run's own error is told.
 * @param runId - Its id, where the view of a run that was started cannot be had any more.
 */
export function resultOf(view: RunView | undefined, error: ResultError | undefined, runId?: string): JsonObject {
  return {
    state: view?.state ?? null,
    runId: view?.runId ?? runId ?? null,
    displayName: view?.displayName ?? null,
    pipelineName: view?.pipelineName ?? null,
    startedAt: view === undefined ? null : instant(view.startedAt),
    endedAt: view === undefined ? null : instant(view.endedAt),
    outputs: valuesJson(view?.outputs ?? { parameters: {}, artifacts: {} }),
    tasks: (view?.tasks ?? []).map(taskJson),
    error: error === undefined ? errorJson(view?.error) : { ...withoutUndefined(error) },
  };
}

/** A mistake that was found before there was anything to start. */
export function resultOfNothing(error: ResultError): string {
  return `${JSON.stringify(resultOf(undefined, error), undefined, 2)}\n`;
}

function taskJson(task: TaskView): JsonObject {
  const { path, name, displayName, kind, state, startedAt, endedAt, attempts, cached, error, outputs } = task;
  return {
    path,
    name,
    displayName,
    kind,
    state,
    startedAt: instant(startedAt),
    endedAt: instant(endedAt),
    durationMs: startedAt > 0 && endedAt > 0 ? endedAt - startedAt : null,
    attempts,
    cached: cached === undefined ? null : { runId: cached.runId, task: cached.task },
    outputs: valuesJson(outputs),
    error: errorJson(error),
  };
}

function errorJson(error: TaskError | undefined): Json {
  return error === undefined ? null : { ...withoutUndefined(error) };
}

function withoutUndefined(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function valuesJson({ parameters, artifacts }: Values): JsonObject {
  return JSON.parse(JSON.stringify({ parameters, artifacts })) as JsonObject;
}

function instant(milliseconds: number): string | null {
  return milliseconds > 0 ? new Date(milliseconds).toISOString() : null;
}
