import type { RunOutputs, RunTask } from "@kfp-ts/api";
import type { RunRecord } from "./store.ts";

/**
 * What executes runs. It owns the state of every run whose place is its own, from the moment in which the run is stored:
 * it reads from the store what is to be done, and writes there what has become of it. Without one, runs are accepted,
 * stored and stay PENDING: nothing pretends to have run.
 */
export interface RunLauncher {
  /** Where it keeps what it executes. A run that is stored with it is this launcher's. */
  readonly place: string;
  /** Takes up what was left unfinished, and from now on also what other servers on the same database ask of its runs. */
  begin(): void;
  /**
   * Told that something about a run has changed in the store: it is new, is to end, is to be tried again, or is gone. It
   * returns before anything has come of it, and never throws: what is in the way is told to the log.
   */
  changed(runId: string): void;
  /** The tasks of a run that has begun here, in the order in which they started; undefined where it has not. */
  tasks(run: RunRecord): Promise<readonly RunTask[] | undefined>;
  /** What a run that has begun here has given as a whole: nothing before its end; undefined where it has not begun. */
  outputs(run: RunRecord): Promise<RunOutputs | undefined>;
  /** The log of a task; undefined where there is none. */
  log(run: RunRecord, node: string, options: LogOptions): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** What a task has made; undefined where there is no such thing. */
  artifact(run: RunRecord, node: string, name: string, index: number): Promise<RunContent | undefined>;
  /** Ends what is under way without an end for the runs: they go on when a launcher of this place begins. */
  close(): Promise<void>;
}

/** Which part of a log. */
export interface LogOptions {
  /** From 1; the last one where it is undefined. */
  readonly attempt: number | undefined;
  /** Goes on until the task has ended, or the signal is aborted. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The content of something that a task has made. */
export interface RunContent {
  /** A name for the file that it is saved in. */
  readonly fileName: string;
  /** In bytes, where it is known. */
  readonly size: number | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}
