import type { BegunTask, FinishedTask } from "../engine/task-end.ts";
import { noValues, type Values } from "../values/values.ts";
import type { RunEvent, RunState, TaskError, TaskKind, TaskState } from "./run-event.ts";

/** How a task stands after some events. */
export interface ReplayedTask {
  readonly path: string;
  kind: TaskKind;
  state: TaskState;
  startedAt: number;
  endedAt: number;
  attempts: number;
  /** Of the attempts, how many are known to have failed. */
  failures: number;
  inputs: Values;
  outputs: Values;
  cached: { readonly runId: string; readonly task: string } | undefined;
  error: TaskError | undefined;
  process: { readonly processGroup: number; readonly processStart: string } | undefined;
  readonly history: { readonly at: number; readonly state: TaskState }[];
}

/** How a run stands, by what has happened to it. Events are added in their order. */
export class Replay {
  state: RunState = "PENDING";
  startedAt = 0;
  endedAt = 0;
  outputs: Values = noValues;
  error: TaskError | undefined;
  canceling = false;
  readonly history: { readonly at: number; readonly state: RunState }[] = [];
  /** In the order in which they were first told of. */
  readonly tasks = new Map<string, ReplayedTask>();

  constructor(events: Iterable<RunEvent> = []) {
    for (const event of events) this.add(event);
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case "run started":
        this.startedAt = event.at;
        this.#become("RUNNING", event.at);
        break;
      case "run resumed":
        if (event.retryFailed) this.#retryFailed(event.at);
        for (const task of this.tasks.values()) task.process = undefined;
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
    for (const { path, state, outputs, error, attempts } of this.tasks.values()) {
      if (state === "PENDING" || state === "RUNNING") continue;
      finished.set(path, { state, outputs, error, attempts });
    }
    return finished;
  }

  /** What has begun and has not ended. */
  begun(): Map<string, BegunTask> {
    const begun = new Map<string, BegunTask>();
    for (const { path, state, attempts, failures } of this.tasks.values()) {
      if (attempts > 0 && (state === "RUNNING" || state === "PENDING")) begun.set(path, { attempts, failures });
    }
    return begun;
  }

  #become(state: RunState, at: number): void {
    if (this.state === state && this.history.length > 0) return;
    this.state = state;
    this.history.push({ at, state });
  }

  /** What did not succeed is to be executed again, and every graph and loop that it is in. */
  #retryFailed(at: number): void {
    this.canceling = false;
    this.endedAt = 0;
    this.error = undefined;
    this.outputs = noValues;
    for (const [path, task] of this.tasks) {
      if (task.state === "SUCCEEDED" || task.state === "SKIPPED") continue;
      if (task.attempts === 0) {
        // It never began: nothing of it is left to go on with.
        this.tasks.delete(path);
        continue;
      }
      task.endedAt = 0;
      task.error = undefined;
      task.outputs = noValues;
      task.failures = 0;
      // A graph goes on, and what has succeeded in it stays; a leaf begins again.
      enter(task, task.kind === "graph" || task.kind === "loop" ? "RUNNING" : "PENDING", at);
    }
  }

  #addToTask(event: RunEvent & { readonly task: string }): void {
    const task = this.#task(event.task);
    switch (event.type) {
      case "task started":
        task.kind = event.kind;
        task.startedAt ||= event.at;
        task.attempts = event.attempt;
        task.inputs = event.inputs;
        task.process = undefined;
        enter(task, "RUNNING", event.at);
        break;
      case "task process":
        task.process = { processGroup: event.processGroup, processStart: event.processStart };
        break;
      case "attempt failed":
        task.failures++;
        task.error = event.error;
        task.process = undefined;
        break;
      case "task ended":
        task.endedAt = event.at;
        task.outputs = event.outputs ?? noValues;
        task.error = event.error;
        task.cached = event.cached;
        task.process = undefined;
        enter(task, event.state, event.at);
    }
  }

  #task(path: string): ReplayedTask {
    const known = this.tasks.get(path);
    if (known !== undefined) return known;
    const task: ReplayedTask = {
      path,
      kind: "container",
      state: "PENDING",
      startedAt: 0,
      endedAt: 0,
      attempts: 0,
      failures: 0,
      inputs: noValues,
      outputs: noValues,
      cached: undefined,
      error: undefined,
      process: undefined,
      history: [],
    };
    this.tasks.set(path, task);
    return task;
  }
}

function enter(task: ReplayedTask, state: TaskState, at: number): void {
  if (task.state === state && task.history.length > 0) return;
  task.state = state;
  task.history.push({ at, state });
}
