import { stat } from "node:fs/promises";
import { readEvents } from "../events/read-events.ts";
import type { RunRecord } from "../events/run-event.ts";
import { planOf } from "../plan/plan-of.ts";
import { Replay } from "./replay.ts";
import { lockHolder } from "./run-lock.ts";
import type { RunStore } from "./run-store.ts";
import type { RunView, TaskView } from "./runner.ts";
import { taskNames } from "./task-names.ts";

/** What is kept of the runs that were asked for. */
export interface RunViewsOptions {
  readonly store: Pick<RunStore, "record" | "pipeline" | "folderOf">;
  /** How many runs are kept: each also has its pipeline. @default 100 */
  readonly keptRuns?: number | undefined;
  /** How much of logs is kept, in bytes, beside that of the run that was asked for last. @default 64 MiB */
  readonly keptBytes?: number | undefined;
  /** How long a run is kept that nobody asks for, in milliseconds. @default one minute */
  readonly keptMs?: number | undefined;
}

/**
 * Runs as their logs tell them, whoever executes them. What was read of a log is kept for a while, so that whoever asks
 * again waits only for what has happened since, and for nothing where nothing has.
 */
export class RunViews {
  readonly #store: RunViewsOptions["store"];
  readonly #keptRuns: number;
  readonly #keptBytes: number;
  readonly #keptMs: number;
  /** The one that was asked for last comes last. */
  readonly #kept = new Map<string, KeptRun>();

  constructor({ store, keptRuns = 100, keptBytes = 64 * 1024 ** 2, keptMs = 60_000 }: RunViewsOptions) {
    this.#store = store;
    this.#keptRuns = keptRuns;
    this.#keptBytes = keptBytes;
    this.#keptMs = keptMs;
  }

  /**
   * A run as it stands; undefined where there is none.
   *
   * @throws RunnerError (STORE_FAILED) where it cannot be read.
   */
  async get(runId: string): Promise<RunView | undefined> {
    return (await this.#upToDate(runId))?.view();
  }

  /** A task of a run as it stands, and whether a process executes the run; undefined where there is none. */
  async task(
    runId: string,
    path: string,
  ): Promise<{ readonly task: TaskView; readonly underWay: boolean } | undefined> {
    const run = await this.#upToDate(runId);
    const task = run?.replay.tasks.get(path);
    return run && task && { task, underWay: run.underWay };
  }

  /** Keeps nothing any more. */
  clear(): void {
    for (const runId of this.#kept.keys()) this.#forget(runId);
  }

  async #upToDate(runId: string): Promise<KeptRun | undefined> {
    const id = await this.#idOf(runId);
    const kept = this.#kept.get(runId);
    if (kept !== undefined && kept.id === id) {
      try {
        return await this.#read(runId, kept);
      } catch {
        // What does not follow from what was read is read as a whole.
      }
    }
    this.#forget(runId);
    const run = await this.#opened(runId, id);
    return run && (await this.#read(runId, run));
  }

  /** The record of a run is written once: another one is that of another run of the same name. */
  async #idOf(runId: string): Promise<string> {
    const { record } = this.#store.folderOf(runId);
    return await stat(record, { bigint: true }).then(
      ({ ino, mtimeNs }) => `${ino} ${mtimeNs}`,
      () => "",
    );
  }

  async #opened(runId: string, id: string): Promise<KeptRun | undefined> {
    const record = await this.#store.record(runId);
    if (record === undefined) return undefined;
    const names = taskNames(planOf(await this.#store.pipeline(runId)));
    return new KeptRun(id, record, this.#store.folderOf(runId), new Replay(names));
  }

  async #read(runId: string, run: KeptRun): Promise<KeptRun> {
    // Kept at once: whoever asks while it is read does not read it as well.
    this.#use(runId, run);
    try {
      await run.read();
    } catch (error) {
      if (this.#kept.get(runId) === run) this.#forget(runId);
      throw error;
    }
    return run;
  }

  /** Keeps a run for a while, and others no longer where they take too much room. */
  #use(runId: string, run: KeptRun): void {
    this.#forget(runId);
    this.#kept.set(runId, run);
    run.timer = setTimeout(() => this.#forget(runId), this.#keptMs).unref();
    let bytes = [...this.#kept.values()].reduce((sum, { length }) => sum + length, 0) - run.length;
    for (const [other, { length }] of this.#kept) {
      if (bytes <= this.#keptBytes && this.#kept.size <= this.#keptRuns) break;
      bytes -= length;
      this.#forget(other);
    }
  }

  #forget(runId: string): void {
    clearTimeout(this.#kept.get(runId)?.timer);
    this.#kept.delete(runId);
  }
}

/** A run whose log was read up to a place. */
class KeptRun {
  readonly id: string;
  readonly replay: Replay;
  /** Of its log, in bytes, as far as it was read. */
  length = 0;
  underWay = false;
  timer: NodeJS.Timeout | undefined;
  readonly #record: RunRecord;
  readonly #folder: { readonly path: string; readonly events: string };
  #view: RunView | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(
    id: string,
    record: RunRecord,
    folder: { readonly path: string; readonly events: string },
    replay: Replay,
  ) {
    this.id = id;
    this.#record = record;
    this.#folder = folder;
    this.replay = replay;
  }

  /**
   * Reads what has happened since, one reader after the other.
   *
   * @throws RunnerError (STORE_FAILED); the run is of no use after that.
   */
  async read(): Promise<void> {
    const reading = this.#reading.then(() => this.#read());
    this.#reading = reading;
    await reading;
  }

  view(): RunView {
    const { state, startedAt, endedAt, history, outputs, error, tasks } = this.replay;
    this.#view ??= {
      ...this.#record,
      state,
      startedAt,
      endedAt,
      underWay: this.underWay,
      history,
      outputs,
      ...(error === undefined ? {} : { error }),
      tasks: [...tasks.values()],
    };
    return this.#view;
  }

  async #read(): Promise<void> {
    // Asked first: what was written before the end is read after it.
    const underWay = (await lockHolder(this.#folder.path)) !== undefined;
    for await (const { events, length } of readEvents(this.#folder.events, this.length)) {
      for (const event of events) this.replay.add(event);
      this.length = length;
      this.#view = undefined;
    }
    if (underWay !== this.underWay) this.#view = undefined;
    this.underWay = underWay;
  }
}
