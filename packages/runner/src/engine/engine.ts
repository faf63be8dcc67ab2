import type { TaskError } from "../events/run-event.ts";
import type { ContainerComponent, ImporterComponent, Task } from "../plan/plan.ts";
import type { Values } from "../values/values.ts";

/**
 * The place of a task in a run: names of tasks, outermost first, and the number of the iteration after each that is a
 * loop, as in `for-loop-2/3/write-artifact`. It is the same in every attempt to execute the run.
 */
export type TaskPath = string;

/** A leaf of the graph whose turn it is. */
export interface ReadyTask {
  readonly path: TaskPath;
  readonly task: Task;
  readonly component: ContainerComponent | ImporterComponent;
  readonly inputs: Values;
  /** 1 for the first. */
  readonly attempt: number;
}

/** What came of an attempt. `cached` says which task of which run the outputs were taken from. */
export type TaskResult =
  | { readonly outcome: "succeeded"; readonly outputs: Values; readonly cached?: CacheHit | undefined }
  | { readonly outcome: "failed"; readonly error: TaskError }
  | { readonly outcome: "canceled" };

/** Where the outputs of a cache hit come from. */
export interface CacheHit {
  readonly runId: string;
  readonly task: TaskPath;
}

/**
 * Executes one attempt of a leaf. It rejects only where the run as a whole cannot go on, such as on a full disk; then the
 * run stops where it is and can be resumed. When the signal is aborted, it ends what it started and gives "canceled".
 */
export type ExecuteTask = (task: ReadyTask, signal: AbortSignal) => Promise<TaskResult>;
