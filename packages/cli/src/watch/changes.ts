import { finalStates, type Run, type RuntimeState } from "@kfp-ts/api";
import { printable } from "../output/printable.ts";

/** A change that is worth a line. */
export interface ChangeLine {
  readonly text: string;
  /** Whether something came to its end. */
  readonly final: boolean;
}

/** What changed between two looks at a run: its state, and those of its tasks. */
export function changeLines(before: Run | undefined, after: Run): readonly ChangeLine[] {
  const lines: ChangeLine[] = [];
  const ofRun = before?.state === after.state ? [] : [lineOf("run", after.displayName, after.state)];
  const known = new Map(tasksOf(before).map(({ taskId, state }) => [taskId, state]));
  const pathOf = pathsOf(after);
  for (const { taskId = "", state } of tasksOf(after)) {
    if (state !== undefined && known.get(taskId) !== state) lines.push(lineOf("task", pathOf(taskId), state));
  }
  // A run begins before its tasks and ends after them.
  return isFinal(after.state) ? [...lines, ...ofRun] : [...ofRun, ...lines];
}

/** The names of a task and of those that it belongs to, from the outside in: iterations have tasks of the same names. */
function pathsOf(run: Run): (taskId: string) => string {
  const tasks = new Map(tasksOf(run).map((task) => [task.taskId, task]));
  return (taskId) => {
    const names: string[] = [];
    const seen = new Set<string>();
    for (let id = taskId; id !== "" && !seen.has(id); ) {
      seen.add(id);
      const task = tasks.get(id);
      if (task === undefined) break;
      names.unshift(task.displayName || id);
      id = task.parentTaskId ?? "";
    }
    return names.join("/");
  };
}

/** How many tasks a run has, and how many of them have ended. */
export function taskCounts(run: Run): { readonly total: number; readonly ended: number } {
  const tasks = tasksOf(run);
  return { total: tasks.length, ended: tasks.filter(({ state }) => isFinal(state)).length };
}

function tasksOf(run: Run | undefined) {
  return run?.runDetails?.taskDetails ?? [];
}

function lineOf(what: string, name: string, state: RuntimeState | undefined): ChangeLine {
  return { text: `${what} ${printable(name)}: ${state ?? "not known to the server yet"}`, final: isFinal(state) };
}

function isFinal(state: RuntimeState | undefined): boolean {
  return state !== undefined && finalStates.has(state);
}
