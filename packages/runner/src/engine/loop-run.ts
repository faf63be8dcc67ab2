import { RunnerError } from "../errors/runner-error.ts";
import type { TaskError } from "../events/run-event.ts";
import type { Loop } from "../plan/plan.ts";
import { Collected } from "../values/collected.ts";
import { type LoopItems, loopItems } from "../values/loop-items.ts";
import { noValues } from "../values/values.ts";
import { ended } from "./ended.ts";
import { type Execution, failureBelow, type Place } from "./execution.ts";
import { inWindow } from "./in-window.ts";
import type { TaskEnd } from "./task-end.ts";

/**
 * Executes a task once for each item. An iteration is made when it is its turn, so that a long list costs nothing before;
 * as many are under way as the loop says, else as there are jobs, not counted those that only wait for another attempt. A
 * failed iteration does not keep the others from being executed, as on a cluster.
 *
 * @throws what the run was halted with, once no iteration is under way any more.
 */
export async function runLoop(
  execution: Execution,
  place: Place,
  loop: Loop,
  runBody: (execution: Execution, place: Place) => Promise<TaskEnd>,
): Promise<TaskEnd> {
  const { path, task, inputs, signal, afresh } = place;
  let items: LoopItems;
  try {
    items = loopItems(task, loop, path, inputs);
  } catch (error) {
    return ended(execution, path, failed(error));
  }
  if (afresh || !execution.begun.has(path)) {
    const at = execution.now();
    await execution.emit({ type: "task started", at, task: path, kind: "loop", attempt: 1, inputs });
  }
  const collected = new Collected(task.component);
  let failure: TaskError | undefined;
  let canceled = false;
  const width = { atMost: loop.parallelism > 0 ? loop.parallelism : execution.jobs, grows: loop.parallelism === 0 };
  await inWindow(items.count, width, async (index, idleHere) => {
    const iteration = `${path}/${index}`;
    if (signal.aborted && !execution.begun.has(iteration) && !execution.finished.has(iteration)) {
      execution.halt.throwIfAborted();
      canceled = true;
      return false;
    }
    const idle: Place["idle"] = (wait) => place.idle(idleHere(wait));
    const end = await runIteration(execution, { ...place, path: iteration, idle }, items, index, runBody);
    collected.add(index, end.outputs);
    if (end.state === "FAILED") failure ??= failureBelow(iteration, end, task.component.kind !== "graph");
    if (end.state === "CANCELED" || end.state === "OMITTED") canceled = true;
    return true;
  });
  const outputs = collected.outputs();
  if (failure !== undefined) return ended(execution, path, { state: "FAILED", outputs, error: failure });
  return ended(execution, path, { state: canceled ? "CANCELED" : "SUCCEEDED", outputs });
}

async function runIteration(
  execution: Execution,
  place: Place,
  items: LoopItems,
  index: number,
  runBody: (execution: Execution, place: Place) => Promise<TaskEnd>,
): Promise<TaskEnd> {
  const finished = place.afresh ? undefined : execution.finished.get(place.path);
  if (finished !== undefined) return finished;
  let inputs: Place["inputs"];
  try {
    inputs = items.inputsOf(index, place.path);
  } catch (error) {
    return ended(execution, place.path, failed(error));
  }
  return runBody(execution, { ...place, inputs });
}

function failed(error: unknown): TaskEnd {
  if (!(error instanceof RunnerError)) throw error;
  return { state: "FAILED", outputs: noValues, error: { code: error.code, message: error.message } };
}
