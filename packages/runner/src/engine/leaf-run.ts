import type { Retry } from "../plan/plan.ts";
import { noValues } from "../values/values.ts";
import { ended } from "./ended.ts";
import type { ReadyTask, TaskResult } from "./engine.ts";
import type { Execution, Place } from "./execution.ts";
import type { TaskEnd } from "./task-end.ts";

/**
 * Executes a leaf: attempts until one succeeds or there is no other to follow. An attempt that was interrupted with its
 * process counts as begun, not as tried.
 *
 * @throws what the run was halted with.
 */
export async function runLeaf(execution: Execution, place: Place): Promise<TaskEnd> {
  const { path, task, inputs, signal, idle, afresh } = place;
  const { component } = task;
  if (component.kind === "graph") throw new Error(`${path} is a graph`);
  // On a cluster only the Pod of a container is tried again, not that of an importer.
  const retry = component.kind === "container" ? task.retry : undefined;
  const begun = execution.begun.get(path);
  let attempt = begun?.attempts ?? execution.finished.get(path)?.attempts ?? 0;
  let failures = afresh ? 0 : (begun?.failures ?? 0);
  let firstStart: number | undefined;
  for (;;) {
    const release = await execution.lane.acquire(signal);
    execution.halt.throwIfAborted();
    if (release === undefined)
      return ended(execution, path, { state: attempt > 0 ? "CANCELED" : "OMITTED", outputs: noValues });
    attempt++;
    let result: TaskResult;
    try {
      const at = execution.now();
      firstStart ??= at;
      await execution.emit({ type: "task started", at, task: path, kind: component.kind, attempt, inputs });
      result = await executed(execution, { path, task, component, inputs, attempt }, signal);
    } finally {
      release();
    }
    execution.halt.throwIfAborted();
    if (result.outcome === "canceled") return ended(execution, path, { state: "CANCELED", outputs: noValues });
    if (result.outcome === "succeeded") {
      return ended(execution, path, { state: "SUCCEEDED", outputs: result.outputs }, result.cached);
    }
    failures++;
    const at = execution.now();
    const wait = signal.aborted ? undefined : waitBeforeNext(retry, failures, at - firstStart);
    if (wait === undefined) return ended(execution, path, { state: "FAILED", outputs: noValues, error: result.error });
    await execution.emit({ type: "attempt failed", at, task: path, attempt, error: result.error, retryInMs: wait });
    if (wait > 0) await idle(execution.sleep(wait, signal));
  }
}

async function executed(execution: Execution, ready: ReadyTask, signal: AbortSignal): Promise<TaskResult> {
  try {
    return await execution.execute(ready, signal);
  } catch (error) {
    return execution.fail(error);
  }
}

/** What timers can wait at most: about 25 days. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/**
 * How long until the next attempt, in milliseconds; undefined where none follows. On a cluster the longest duration is
 * that of all attempts with the waits between them, from the start of the first: no attempt begins after it. Time in which
 * no process had the run is not counted.
 */
export function waitBeforeNext(retry: Retry | undefined, failures: number, elapsedMs: number): number | undefined {
  if (retry === undefined || failures > retry.maxRetries) return undefined;
  const wait = retry.backoffMs * (retry.factor > 0 ? retry.factor ** (failures - 1) : 1);
  return retry.maxBackoffMs > 0 && elapsedMs + wait > retry.maxBackoffMs ? undefined : Math.min(wait, MAX_WAIT_MS);
}
