import type { RunEvent, TaskError } from "../events/run-event.ts";
import type { GraphComponent, Task } from "../plan/plan.ts";
import type { RunMetadata } from "../values/run-metadata.ts";
import type { Values } from "../values/values.ts";
import type { ExecuteTask, TaskPath } from "./engine.ts";
import type { Lane } from "./slots.ts";
import type { BegunTask, FinishedTask, TaskEnd } from "./task-end.ts";

/** What all tasks of a run that is executed share. */
export interface Execution {
  readonly run: RunMetadata;
  readonly execute: ExecuteTask;
  readonly lane: Lane;
  /** How many iterations of a loop are under way where the loop does not say. */
  readonly jobs: number;
  readonly finished: ReadonlyMap<TaskPath, FinishedTask>;
  readonly begun: ReadonlyMap<TaskPath, BegunTask>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends early where the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /**
   * Writes down what happens. It is fulfilled once that is safe.
   *
   * @throws what the run was halted with; nothing more happens then.
   */
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Halts the run for what makes it impossible to go on, and throws it. */
  readonly fail: (error: unknown) => never;
  /** Aborted once nothing more may happen: the runner closes, or the run cannot go on. */
  readonly halt: AbortSignal;
  /** Executes a task of a graph, whatever it is made of. */
  readonly task: (task: Task, scope: Scope) => Promise<TaskEnd>;
  /** Executes the tasks of a graph. */
  readonly graph: (component: GraphComponent, place: GraphPlace) => Promise<TaskEnd>;
}

/** Where a graph is, and what goes in. */
export interface GraphPlace {
  /** Empty for the root. */
  readonly path: TaskPath;
  readonly inputs: Values;
  /** What ends the tasks. An exit task and all in it is not ended where a run is canceled. */
  readonly signal: AbortSignal;
  /** Waits for something while nothing is executed, so that loops around can begin other iterations meanwhile. */
  readonly idle: (wait: Promise<void>) => Promise<void>;
  /** Whether all of it is executed, also what had finished: something that it follows from was executed again. */
  readonly afresh: boolean;
}

/** The graph that a task is in, as it stands. */
export interface Scope extends GraphPlace {
  readonly ends: ReadonlyMap<string, TaskEnd>;
  /** The tasks whose ends were not known before. */
  readonly executed: ReadonlySet<string>;
}

/** Where a task is, and what goes in. */
export interface Place extends GraphPlace {
  readonly task: Task;
}

/** The first failure below a graph or loop, told by what it is made of. */
export function failureBelow(path: TaskPath, { error }: TaskEnd, isLeaf: boolean): TaskError | undefined {
  if (error === undefined || !isLeaf || error.message.startsWith(`task ${path}: `)) return error;
  return { ...error, message: `task ${path}: ${error.message}` };
}
