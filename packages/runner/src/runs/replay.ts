import type { BegunTask, FinishedTask } from "../engine/task-end.ts";
import type { RunEvent, RunState, TaskError, TaskState } from "../events/run-event.ts";
import { noValues, type Values } from "../values/values.ts";
import type { TaskView } from "./runner.ts";
import type { TaskNames } from "./task-names.ts";

/** The process of an attempt, as the system knows it. */
export interface TaskProcess {
  readonly processGroup: number;
  readonly processStart: string;
}

/**
 * How a run stands, by what has happened to it. Events are added in their order. A view of a task never changes: the next
 * event of the task puts another one in its place.
 */
export class Replay {
  state: RunState = "PENDING";
  startedAt = 0;
  endedAt = 0;
  outputs: Values = noValues;
  error: TaskError | undefined;
  canceling = false;
  history: readonly { readonly at: number; readonly state: RunState }[] = [];
  readonly #names: TaskNames;
  readonly #tasks = new Map<string, TaskView>();
  /** Of the attempts of tasks that have not ended, how many are known to have failed. */
  readonly #failures = new Map<string, number>();
  readonly #processes = new Map<string, TaskProcess>();

  constructor(names: TaskNames) {
    this.#names = names;
  }

  /** In the order in which they were first told of. */
  get tasks(): ReadonlyMap<string, TaskView> {
    return this.#tasks;
  }

  /** What is under way, or was when the process that had the run ended. */
  get processes(): Iterable<TaskProcess> {
    return this.#processes.values();
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case "run started":
        this.startedAt = event.at;
        this.#become("RUNNING", event.at);
        break;
      case "run resumed":
        if (event.retryFailed) this.#retryFailed(event.at);
        this.#processes.clear();
        this.startedAt ||= event.at;
        if (!this.canceling) this.#become("RUNNING", event.at);
        break;
      case "run canceling":
        this.canceling = true;
        this.#become("CANCELING", event.at);
        break;
      case "run ended":
        this.endedAt = event.at;
        this.outputs = event.outputs;
        this.error = event.error;
        this.#become(event.state, event.at);
        break;
      default:
        this.#addToTask(event);
    }
  }

  /** What need not be executed again. */
  finished(): Map<string, FinishedTask> {
    const finished = new Map<string, FinishedTask>();
    for (const { path, state, outputs, error, attempts } of this.#tasks.values()) {
      if (state === "PENDING" || state === "RUNNING") continue;
      finished.set(path, { state, outputs, error, attempts });
    }
    return finished;
  }

  /** What has begun and has not ended. */
  begun(): Map<string, BegunTask> {
    const begun = new Map<string, BegunTask>();
    for (const { path, state, attempts } of this.#tasks.values()) {
      if (attempts === 0 || (state !== "RUNNING" && state !== "PENDING")) continue;
      begun.set(path, { attempts, failures: this.#failures.get(path) ?? 0 });
    }
    return begun;
  }

  #become(state: RunState, at: number): void {
    if (this.state === state && this.history.length > 0) return;
    this.state = state;
    this.history = [...this.history, { at, state }];
  }

  /** What did not succeed is to be executed again, and every graph and loop that it is in. */
  #retryFailed(at: number): void {
    this.canceling = false;
    this.endedAt = 0;
    this.error = undefined;
    this.outputs = noValues;
    for (const [path, task] of this.#tasks) {
      if (task.state === "SUCCEEDED" || task.state === "SKIPPED") continue;
      this.#failures.delete(path);
      // It never began: nothing of it is left to go on with.
      if (task.attempts === 0) this.#tasks.delete(path);
      else {
        // A graph goes on, and what has succeeded in it stays; a leaf begins again.
        const state = task.kind === "graph" || task.kind === "loop" ? "RUNNING" : "PENDING";
        this.#change(task, { endedAt: 0, error: undefined, outputs: noValues }, state, at);
      }
    }
  }

  #addToTask(event: RunEvent & { readonly task: string }): void {
    const task = this.#tasks.get(event.task) ?? this.#unknown(event.task);
    const { at } = event;
    this.#processes.delete(event.task);
    switch (event.type) {
      case "task started": {
        const { kind, attempt: attempts, inputs } = event;
        this.#change(task, { kind, startedAt: task.startedAt || at, attempts, inputs }, "RUNNING", at);
        break;
      }
      case "task process":
        this.#processes.set(event.task, event);
        break;
      case "attempt failed":
        this.#failures.set(event.task, (this.#failures.get(event.task) ?? 0) + 1);
        this.#change(task, { error: event.error }, task.state, at);
        break;
      case "task ended": {
        const { outputs = noValues, error, cached, state } = event;
        this.#failures.delete(event.task);
        this.#change(task, { endedAt: at, outputs, error, cached }, state, at);
      }
    }
  }

  #change(task: TaskView, parts: Partial<TaskView>, state: TaskState, at: number): void {
    const isNew = task.state !== state || task.history.length === 0;
    const history = isNew ? [...task.history, { at, state }] : task.history;
    this.#tasks.set(task.path, { ...task, ...parts, state, history });
  }

  #unknown(path: string): TaskView {
    return {
      path,
      ...this.#names(path),
      kind: "container",
      state: "PENDING",
      startedAt: 0,
      endedAt: 0,
      attempts: 0,
      inputs: noValues,
      outputs: noValues,
      cached: undefined,
      error: undefined,
      history: [],
    };
  }
}
