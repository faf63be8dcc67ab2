import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { RunEvent, TaskError } from "../events/run-event.ts";
import type { Plan } from "../plan/plan.ts";
import type { RunMetadata } from "../values/run-metadata.ts";
import { isTooLarge, MAX_CHARACTERS } from "../values/size.ts";
import { noValues, type Values } from "../values/values.ts";
import type { ExecuteTask, TaskPath } from "./engine.ts";
import type { Execution } from "./execution.ts";
import { runGraph } from "./graph-run.ts";
import type { Slots } from "./slots.ts";
import type { BegunTask, FinishedTask } from "./task-end.ts";
import { runTask } from "./task-run.ts";

/** What is executed, and with what. */
export interface ExecuteGraphOptions {
  readonly plan: Plan;
  /** Those of the root, checked, with their defaults. */
  readonly inputs: Values;
  readonly run: RunMetadata;
  readonly execute: ExecuteTask;
  /** Shared by all runs that share the machine. */
  readonly slots: Slots;
  /**
   * What need not be executed again, by path: what has succeeded and what was skipped; where a run is taken up where it
   * was also what has failed or was omitted. A graph or loop in it stands for all that is in it.
   */
  readonly finished?: ReadonlyMap<TaskPath, FinishedTask> | undefined;
  /** What had begun in an earlier process and is not finished. Graphs and loops in it are not said to start again. */
  readonly begun?: ReadonlyMap<TaskPath, BegunTask> | undefined;
  /**
   * Writes down an event of a task; awaited before anything follows from it. Where it rejects, all that is under way is
   * ended and the run stops.
   */
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly clock: { now(): number };
  /** @default timers of the machine */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Aborted when a user cancels the run: tasks under way are ended, nothing begins any more but exit tasks. */
  readonly cancel: AbortSignal;
  /** Aborted when the runner closes: all that is under way is ended, and nothing is written down any more. */
  readonly stop: AbortSignal;
}

/** How a run ended. */
export interface GraphResult {
  readonly state: "SUCCEEDED" | "FAILED" | "CANCELED";
  readonly outputs: Values;
  /** Why it failed: the first task that did. */
  readonly error: TaskError | undefined;
}

/**
 * Executes a plan.
 *
 * @throws what `emit` or `execute` rejected with, or the reason of `stop`; by then nothing is under way any more, and the
 * run can be taken up again.
 */
export async function executeGraph(options: ExecuteGraphOptions): Promise<GraphResult> {
  const { plan, cancel, stop } = options;
  stop.throwIfAborted();
  const halting = new AbortController();
  const canceling = new AbortController();
  // As many listen as there are tasks that wait or are under way.
  setMaxListeners(0, halting.signal, canceling.signal);
  const fail = (error: unknown): never => {
    halting.abort(error);
    throw halting.signal.reason;
  };
  const onStop = () => halting.abort(stop.reason);
  const onCancel = () => canceling.abort(cancel.reason);
  halting.signal.addEventListener("abort", () => canceling.abort(halting.signal.reason), { once: true });
  stop.addEventListener("abort", onStop, { once: true });
  cancel.addEventListener("abort", onCancel, { once: true });
  if (cancel.aborted) onCancel();
  const execution: Execution = {
    run: options.run,
    execute: options.execute,
    lane: options.slots.lane(),
    jobs: options.slots.limit,
    finished: options.finished ?? new Map(),
    begun: options.begun ?? new Map(),
    now: () => options.clock.now(),
    sleep: options.sleep ?? sleep,
    emit: async (event) => {
      halting.signal.throwIfAborted();
      await options.emit(event).catch(fail);
      halting.signal.throwIfAborted();
    },
    fail,
    halt: halting.signal,
    task: (task, scope) => runTask(execution, task, scope),
    graph: (component, place) => runGraph(execution, component, place),
  };
  try {
    const end = await runGraph(execution, plan.root, {
      path: "",
      inputs: options.inputs,
      signal: canceling.signal,
      idle: (wait) => wait,
      afresh: false,
    });
    halting.signal.throwIfAborted();
    if (isTooLarge(end.outputs)) return { state: "FAILED", outputs: noValues, error: end.error ?? tooLarge };
    return { ...end, state: cancel.aborted ? "CANCELED" : end.state, error: end.error };
  } finally {
    stop.removeEventListener("abort", onStop);
    cancel.removeEventListener("abort", onCancel);
  }
}

const tooLarge: TaskError = {
  code: "OUTPUT_INVALID",
  message: `the outputs of the run have more characters than can be written down (${MAX_CHARACTERS}): use artifacts`,
};

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
