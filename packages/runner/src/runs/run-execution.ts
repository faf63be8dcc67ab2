import { mkdir } from "node:fs/promises";
import type { ExecuteTask, TaskPath } from "../engine/engine.ts";
import { executeGraph, type GraphResult } from "../engine/execute-graph.ts";
import type { Slots } from "../engine/slots.ts";
import type { BegunTask, FinishedTask } from "../engine/task-end.ts";
import { RunnerError } from "../errors/runner-error.ts";
import { type EventLog, openEventLog, stored } from "../events/event-log.ts";
import { followEvents } from "../events/follow-events.ts";
import { readEvents } from "../events/read-events.ts";
import type { RunEvent, RunRecord } from "../events/run-event.ts";
import type { Plan } from "../plan/plan.ts";
import { runMetadata } from "../values/run-metadata.ts";
import { noValues, type Values } from "../values/values.ts";
import { endLeftover } from "./end-leftover.ts";
import { Replay } from "./replay.ts";
import type { RunFolder } from "./run-folder.ts";
import { takeLock } from "./run-lock.ts";
import type { RunHandle, RunView } from "./runner.ts";
import { taskNames } from "./task-names.ts";

/** What a run is executed with. */
export interface RunExecutionOptions {
  readonly record: RunRecord;
  readonly plan: Plan;
  readonly inputs: Values;
  readonly folder: RunFolder;
  /** The folder that tasks share, and where they see it; undefined where they share none. */
  readonly workspace: { readonly folder: string; readonly path: string } | undefined;
  readonly slots: Slots;
  readonly clock: { now(): number };
  readonly execute: (emit: (event: RunEvent) => Promise<void>) => ExecuteTask;
  /** The run as its log tells it. */
  readonly view: () => Promise<RunView>;
  /** Also what has failed or was canceled is executed again. */
  readonly retryFailed: boolean;
}

/** How an execution of a run begins: what it writes down first, and what is left of earlier ones. */
interface Beginning {
  readonly event: RunEvent;
  readonly canceling: boolean;
  readonly finished: ReadonlyMap<TaskPath, FinishedTask>;
  readonly begun: ReadonlyMap<TaskPath, BegunTask>;
}

/** A run that this process executes. */
export class RunExecution implements RunHandle {
  readonly runId: string;
  readonly ended: Promise<RunView>;
  readonly #options: RunExecutionOptions;
  readonly #log: EventLog;
  readonly #unlock: () => Promise<void>;
  readonly #cancel = new AbortController();
  readonly #stop = new AbortController();
  #timedOut = false;
  /** Its end is being written down: nothing may follow that. */
  #ending = false;
  #over = false;
  #change = deferred();

  /**
   * Takes the run's lock and goes on with it.
   *
   * @throws RunnerError RUN_BUSY, RUN_FINISHED, STORE_FAILED
   */
  static async begin(options: RunExecutionOptions): Promise<RunExecution> {
    const { folder, record, plan, workspace, retryFailed } = options;
    const unlock = await takeLock(folder.path);
    try {
      const replay = new Replay(taskNames(plan));
      let length = 0;
      for await (const read of readEvents(folder.events)) {
        for (const event of read.events) replay.add(event);
        length = read.length;
      }
      checkGoesOn(record.runId, replay, retryFailed);
      for (const process of replay.processes) await endLeftover(process);
      if (workspace !== undefined) {
        await stored(workspace.folder, () => mkdir(workspace.folder, { recursive: true, mode: 0o700 }));
      }
      const log = await openEventLog(folder.events, length);
      // Not the whole replay: that would be kept as long as the run goes on.
      return new RunExecution(options, beginningOf(replay, options), log, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  private constructor(options: RunExecutionOptions, beginning: Beginning, log: EventLog, unlock: () => Promise<void>) {
    this.runId = options.record.runId;
    this.#options = options;
    this.#log = log;
    this.#unlock = unlock;
    this.ended = this.#run(beginning);
    // Whoever does not ask how it ended is not to be ended by that.
    this.ended.catch(() => {});
  }

  events(): AsyncIterable<RunEvent> {
    return followEvents(this.#options.folder.events, { changed: () => this.#change.promise, over: () => this.#over });
  }

  async cancel(): Promise<void> {
    if (this.#ending || this.#over || this.#cancel.signal.aborted) return;
    await this.#emit({ type: "run canceling", at: this.#options.clock.now() });
    this.#cancel.abort(new RunnerError("RUN_INTERRUPTED", "the run was canceled"));
  }

  /** Ends what is under way without an end for the run. Fulfilled once nothing is left. */
  async interrupt(): Promise<void> {
    this.#stop.abort(
      new RunnerError("RUN_INTERRUPTED", `the run ${this.runId} was interrupted: it can be taken up again`),
    );
    await this.ended.catch(() => {});
  }

  async #run({ event, canceling, finished, begun }: Beginning): Promise<RunView> {
    const { clock, view } = this.#options;
    try {
      await this.#emit(event);
      if (canceling) this.#cancel.abort();
      const timer = this.#limitTime();
      const result = await this.#execute(finished, begun).finally(() => clearTimeout(timer));
      this.#ending = true;
      await this.#emit({ type: "run ended", at: clock.now(), ...this.#outcome(result) });
    } finally {
      // Before anybody is told: whoever waits for the end may take it up again at once.
      await this.#log.close().catch(() => {});
      await this.#unlock().catch(() => {});
      this.#over = true;
      this.#changed();
    }
    return await view();
  }

  #execute(finished: Beginning["finished"], begun: Beginning["begun"]): Promise<GraphResult> {
    const { record, plan, inputs, slots, clock, workspace, execute } = this.#options;
    return executeGraph({
      plan,
      inputs,
      run: runMetadata(record, workspace?.path),
      execute: execute((event) => this.#emit(event)),
      slots,
      finished,
      begun,
      emit: (event) => this.#emit(event),
      clock,
      cancel: this.#cancel.signal,
      stop: this.#stop.signal,
    });
  }

  #outcome({ state, outputs, error }: GraphResult) {
    if (!this.#timedOut) return { state, outputs, ...(error === undefined ? {} : { error }) };
    const message = `the run took longer than ${(this.#options.record.timeLimitMs ?? 0) / 1000} seconds, and was ended`;
    return { state: "FAILED", outputs: noValues, error: { code: "TIME_LIMIT", message } } as const;
  }

  /** The time in which no process had the run, or it had ended, is not counted. */
  #limitTime(): NodeJS.Timeout | undefined {
    const { timeLimitMs } = this.#options.record;
    if (timeLimitMs === undefined) return undefined;
    const end = () => {
      this.#timedOut = true;
      this.#cancel.abort();
    };
    return setTimeout(end, Math.min(timeLimitMs, 2 ** 31 - 1));
  }

  async #emit(event: RunEvent): Promise<void> {
    await this.#log.append(event);
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = deferred();
  }
}

function checkGoesOn(runId: string, { state }: Replay, retryFailed: boolean): void {
  const isOver = state === "SUCCEEDED" || state === "FAILED" || state === "CANCELED";
  if (!isOver || (retryFailed && state !== "SUCCEEDED")) return;
  const more = state === "SUCCEEDED" ? "start a new one" : "its failed tasks can be executed again, or start a new one";
  throw new RunnerError("RUN_FINISHED", `the run ${runId} has ended ${state}: ${more}`);
}

function beginningOf(replay: Replay, { clock, retryFailed }: RunExecutionOptions): Beginning {
  const at = clock.now();
  const event: RunEvent = replay.startedAt > 0 ? { type: "run resumed", at, retryFailed } : { type: "run started", at };
  replay.add(event);
  return { event, canceling: replay.canceling, finished: replay.finished(), begun: replay.begun() };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
