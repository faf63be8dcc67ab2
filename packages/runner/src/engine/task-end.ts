import type { TaskError, TaskState } from "../events/run-event.ts";
import type { Values } from "../values/values.ts";

/** How a task ended, and with what. */
export interface TaskEnd {
  readonly state: Exclude<TaskState, "PENDING" | "RUNNING">;
  /** A graph that failed may have some. */
  readonly outputs: Values;
  readonly error?: TaskError | undefined;
}

/** A task that the log of the run says has ended. */
export interface FinishedTask extends TaskEnd {
  readonly attempts: number;
}

/** A task that the log of the run says has begun, and not that it has ended. */
export interface BegunTask {
  /** How many of its attempts have begun. */
  readonly attempts: number;
  /** How many of them are known to have failed: the others were interrupted and do not count as tried. */
  readonly failures: number;
}
