import type { TaskError } from "../events/run-event.ts";
import type { GraphComponent, Task } from "../plan/plan.ts";
import { graphOutputs } from "../values/graph-outputs.ts";
import type { TaskPath } from "./engine.ts";
import { type Execution, failureBelow, type GraphPlace, type Scope } from "./execution.ts";
import { shapeOf } from "./graph-shape.ts";
import type { TaskEnd } from "./task-end.ts";

/** How a graph ended that was executed. */
export interface GraphEnd extends TaskEnd {
  readonly state: "SUCCEEDED" | "FAILED" | "CANCELED";
}

/**
 * Executes the tasks of a graph, each once those have ended that it waits for. A failed task holds up only those that
 * wait for it, as on a cluster: the others go on, and the graph fails in the end.
 *
 * @throws what the run was halted with, once nothing of the graph is under way any more.
 */
export async function runGraph(execution: Execution, component: GraphComponent, place: GraphPlace): Promise<GraphEnd> {
  const { path, signal } = place;
  const ends = new Map<string, TaskEnd>();
  const executed = new Set<string>();
  const failures = new Failures();
  const scope: Scope = { ...place, ends, executed };
  await eachInTurn(component, async (task) => {
    const end = await execution.task(task, scope);
    ends.set(task.name, end);
    const taskPath = path === "" ? task.name : `${path}/${task.name}`;
    if (execution.finished.get(taskPath) !== end) executed.add(task.name);
    if (end.state === "FAILED") failures.add(taskPath, task, end);
  });
  const outputs = graphOutputs(component, ends);
  if (failures.error !== undefined) return { state: "FAILED", outputs, error: failures.error };
  const canceled =
    signal.aborted && [...ends.values()].some(({ state }) => state !== "SUCCEEDED" && state !== "SKIPPED");
  const anyCanceled = canceled || [...ends.values()].some(({ state }) => state === "CANCELED");
  return { state: anyCanceled ? "CANCELED" : "SUCCEEDED", outputs };
}

class Failures {
  error: TaskError | undefined;

  add(path: TaskPath, task: Task, end: TaskEnd): void {
    this.error ??= failureBelow(path, end, task.component.kind !== "graph" && task.loop === undefined) ?? {
      code: "TASK_FAILED",
      message: `task ${path} failed`,
    };
  }
}

/** Does something for each task once it was done for all that the task waits for. After an error it begins no more. */
function eachInTurn(component: GraphComponent, execute: (task: Task) => Promise<void>): Promise<void> {
  const { first, downstream } = shapeOf(component);
  if (component.tasks.size === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const waitsFor = new Map<string, number>();
    let underWay = 0;
    let failure: { readonly error: unknown } | undefined;
    const start = (task: Task) => {
      underWay++;
      execute(task).then(
        () => ended(task),
        (error: unknown) => {
          failure ??= { error };
          leave();
        },
      );
    };
    const ended = (task: Task) => {
      for (const next of failure === undefined ? (downstream.get(task.name) ?? []) : []) {
        const left = (waitsFor.get(next.name) ?? next.upstream.length) - 1;
        waitsFor.set(next.name, left);
        if (left === 0) start(next);
      }
      leave();
    };
    const leave = () => {
      underWay--;
      if (underWay > 0) return;
      if (failure === undefined) resolve();
      else reject(failure.error);
    };
    for (const task of first) start(task);
  });
}
