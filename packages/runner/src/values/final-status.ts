import type { JsonObject } from "@kfp-ts/api";
import type { TaskState } from "../events/run-event.ts";

/** How a task ended, as a cluster tells it to an exit task: the error is always empty there. */
export function finalStatus(task: string, state: TaskState, resourceName: string): JsonObject {
  return {
    state: states[state] ?? "CANCELED",
    pipelineJobResourceName: resourceName,
    pipelineTaskName: task,
    error: {},
  };
}

/** A task that was not executed is canceled there. */
const states: Readonly<Partial<Record<TaskState, string>>> = { SUCCEEDED: "COMPLETE", FAILED: "FAILED" };
