import type { Run, RunTask } from "@kfp-ts/api";

/** The tasks of a run as upstream shows them in the details of the run. */
export function runDetailsOf(runId: string, tasks: readonly RunTask[] | undefined): Run["runDetails"] {
  if (tasks === undefined) return undefined;
  const children = new Map<string, Array<{ readonly taskId: string }>>();
  for (const { taskId, parentTaskId } of tasks) {
    if (parentTaskId === undefined) continue;
    const siblings = children.get(parentTaskId);
    if (siblings === undefined) children.set(parentTaskId, [{ taskId }]);
    else siblings.push({ taskId });
  }
  return {
    taskDetails: tasks.map((task) => ({
      runId,
      taskId: task.taskId,
      displayName: displayNameOf(task),
      createTime: task.startTime,
      startTime: task.startTime,
      endTime: task.endTime,
      state: task.state,
      error: task.error,
      parentTaskId: task.parentTaskId,
      stateHistory: task.stateHistory,
      childTasks: children.get(task.taskId),
    })),
  };
}

/** Iterations have the name of their loop: which one it is, its path says. */
function displayNameOf({ path, name, displayName = name }: RunTask): string {
  const [last = ""] = /[^/]*$/.exec(path) ?? [];
  return /^\d+$/.test(last) && last !== name ? `iteration ${last}` : displayName;
}
