import type { Run, RuntimeState } from "@kfp-ts/api";
import type { TaskState } from "@kfp-ts/runner";
import type { TaskNode } from "../run/task-tree.ts";

/** The tasks of a run as a server shows them, each below the one that it belongs to. */
export function taskNodes(run: Run): readonly TaskNode[] {
  const details = run.runDetails?.taskDetails ?? [];
  const nodes = new Map<string, TaskNode>();
  for (const detail of details) {
    const { taskId = "", displayName, childTasks = [] } = detail;
    nodes.set(taskId, {
      path: taskId,
      name: displayName || taskId,
      item: undefined,
      kind: childTasks.length > 0 ? "graph" : "container",
      state: stateOf(detail.state),
      startedAt: detail.startTime?.getTime() ?? 0,
      endedAt: detail.endTime?.getTime() ?? 0,
      attempts: 1,
      isCached: false,
      error: detail.error && { code: "TASK_FAILED", message: detail.error.message ?? "" },
      waitsUntil: 0,
      children: new Map(),
    });
  }
  const top: TaskNode[] = [];
  for (const { taskId = "", parentTaskId = "" } of details) {
    const node = nodes.get(taskId);
    if (node === undefined) continue;
    const parent = nodes.get(parentTaskId);
    if (parent === undefined || isWithin(parent, node)) top.push(node);
    else parent.children.set(taskId, node);
  }
  return top;
}

/** Whether a task belongs to another one already: what a server says could be a circle. */
function isWithin(task: TaskNode, around: TaskNode): boolean {
  return task === around || [...around.children.values()].some((child) => isWithin(task, child));
}

function stateOf(state: RuntimeState | undefined): TaskState {
  switch (state) {
    case "SUCCEEDED":
    case "FAILED":
    case "SKIPPED":
    case "CANCELED":
      return state;
    case "RUNNING":
    case "CANCELING":
      return "RUNNING";
    default:
      return "PENDING";
  }
}
