import { RunnerError } from "../errors/runner-error.ts";
import type { Task } from "../plan/plan.ts";
import { resolveInputs } from "../values/resolve-inputs.ts";
import { noValues, type Values } from "../values/values.ts";
import { ended } from "./ended.ts";
import type { TaskPath } from "./engine.ts";
import type { Execution, Place, Scope } from "./execution.ts";
import { runLeaf } from "./leaf-run.ts";
import { runLoop } from "./loop-run.ts";
import type { TaskEnd } from "./task-end.ts";

/**
 * Executes a task of a graph: whether it is executed at all, what goes in, and then what it is made of. What has finished
 * in an earlier process is not executed and not written down again, unless something that it waits for was executed since:
 * after a failed task was tried again, its exit task is executed again too.
 *
 * @throws what the run was halted with.
 */
export async function runTask(execution: Execution, task: Task, scope: Scope): Promise<TaskEnd> {
  const path = scope.path === "" ? task.name : `${scope.path}/${task.name}`;
  const afresh = scope.afresh || task.upstream.some((name) => scope.executed.has(name));
  const finished = afresh ? undefined : execution.finished.get(path);
  if (finished !== undefined) return finished;
  const signal = task.startsWhen === "upstream ended" ? execution.halt : scope.signal;
  if (!isWanted(task, scope) || !mayBegin(execution, path, signal)) {
    return ended(execution, path, { state: "OMITTED", outputs: noValues });
  }
  let inputs: Values;
  try {
    inputs = resolveInputs(task, path, { inputs: scope.inputs, ends: scope.ends, run: execution.run });
    if (!holds(task, path, inputs)) return ended(execution, path, { state: "SKIPPED", outputs: noValues });
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    const { code, message } = error;
    return ended(execution, path, { state: "FAILED", outputs: noValues, error: { code, message } });
  }
  const place: Place = { path, task, inputs, signal, idle: scope.idle, afresh };
  return task.loop === undefined ? runBody(execution, place) : runLoop(execution, place, task.loop, runBody);
}

/** Executes what a task is made of, with inputs that are known: a graph or a leaf. */
async function runBody(execution: Execution, place: Place): Promise<TaskEnd> {
  const { path, task, inputs, afresh } = place;
  if (task.component.kind !== "graph") return runLeaf(execution, place);
  if (afresh || !execution.begun.has(path)) {
    const at = execution.now();
    await execution.emit({ type: "task started", at, task: path, kind: "graph", attempt: 1, inputs });
  }
  return ended(execution, path, await execution.graph(task.component, place));
}

/** In a canceled run nothing begins; what had begun before its process ended is led to its end, exit tasks in it too. */
function mayBegin(execution: Execution, path: TaskPath, signal: AbortSignal): boolean {
  return !signal.aborted || execution.begun.has(path);
}

/**
 * Whether those have ended as the task wants it. An exit task wants one that was executed, as on a cluster: what was
 * skipped or omitted has no exit task there.
 */
function isWanted(task: Task, { ends }: Scope): boolean {
  if (task.upstream.length === 0) return true;
  const states = task.upstream.map((name) => ends.get(name)?.state);
  return task.startsWhen === "upstream succeeded"
    ? states.every((state) => state === "SUCCEEDED")
    : states.some((state) => state !== "SKIPPED" && state !== "OMITTED");
}

function holds({ condition }: Task, path: TaskPath, { parameters, artifacts }: Values): boolean {
  if (condition === undefined) return true;
  let value: unknown;
  try {
    value = condition.evaluate({ parameters, artifacts });
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    throw new RunnerError(error.code, `task ${path}: ${error.message}`, { cause: error });
  }
  if (typeof value === "boolean") return value;
  throw new RunnerError(
    "EXPRESSION_INVALID",
    `task ${path}: the condition ${condition.text} is neither true nor false`,
  );
}
