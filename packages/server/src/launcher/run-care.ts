import { finalStates, type JsonObject, type RuntimeState, StatusError } from "@kfp-ts/api";
import { pipelineSpecFromStruct } from "@kfp-ts/api/pipeline-spec";
import type { RunHandle, RunRequest, RunView } from "@kfp-ts/runner";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { RunRecord, Store } from "../ports/store.ts";
import type { LazyRunner } from "./lazy-runner.ts";
import { isRunnerError, statusOf } from "./run-error.ts";
import { runnersRunId } from "./run-id.ts";

/** What brings runs from the store to a runner works with. */
export interface RunCareOptions {
  readonly place: string;
  readonly store: Pick<Store, "runs">;
  readonly runner: LazyRunner;
  readonly clock: Clock;
  readonly log: Log;
  /** How many runs are under way at once; what is beyond stays PENDING. Their tasks have a limit of their own. */
  readonly maxRuns: number;
}

/** After another process was found to have a run, it is not asked about again for so long, in milliseconds. */
const BUSY_MS = 10_000;
/** After a run could not go on, such as on a full disk, it is left alone for so long, in milliseconds. */
const FAILED_MS = 60_000;
const UNFINISHED: readonly RuntimeState[] = ["PENDING", "RUNNING", "CANCELING"];
/** With these the run itself is not at fault: it goes on when what was in the way is gone. */
const LATER: ReadonlySet<string> = new Set(["STORE_FAILED", "RUN_INTERRUPTED"]);

/**
 * Brings runs from the store to a runner, and what becomes of them back. The store says what is to be done: a run that
 * is PENDING is to be executed, again where it has ended before; one that is CANCELING is to be ended; one that is RUNNING
 * is to go on. So whatever is interrupted is done again by whoever looks next, and several servers may look.
 */
export class RunCare {
  readonly #options: RunCareOptions;
  readonly #handles = new Map<string, RunHandle>();
  /** Runs that are being taken up, and have no handle yet. */
  readonly #beginning = new Set<string>();
  /** What is being done about each run, one thing after the other. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #notBefore = new Map<string, number>();
  #closed = false;

  constructor(options: RunCareOptions) {
    this.#options = options;
  }

  /** Looks at a run. It never throws. */
  look(runId: string): void {
    this.#queue(runId, () => this.#look(runId));
  }

  /** Looks at every run of this place that something is to be done about. */
  async lookAtAll(): Promise<void> {
    const { store, place, log } = this.#options;
    try {
      const { unfinished, deleted } = await store.runs.workOf(place);
      const states = new Map(unfinished.map(({ runId, state }) => [runId, state]));
      for (const runId of this.#handles.keys()) if (states.get(runId) !== "RUNNING") this.look(runId);
      const now = this.#options.clock.now();
      for (const runId of [...states.keys(), ...deleted]) {
        if (this.#handles.has(runId) || now < (this.#notBefore.get(runId) ?? 0)) continue;
        // A run may end while others are looked at: those that wait get its place then.
        if (states.get(runId) === "PENDING" && this.#isFull()) continue;
        if (!this.#queues.has(runId)) this.look(runId);
      }
    } catch (error) {
      if (!this.#closed) log.warn({ err: error }, "the runs to be executed cannot be read");
    }
  }

  /** Looks no more, and waits for what is being done. The runner is closed meanwhile, which ends what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#options.runner.close();
    await Promise.all(this.#queues.values());
  }

  #queue(runId: string, work: () => Promise<void>): void {
    const before = this.#queues.get(runId) ?? Promise.resolve();
    const after = before
      .then(() => (this.#closed ? undefined : work()))
      .catch((error: unknown) => this.#failed(runId, error))
      .then(() => {
        if (this.#queues.get(runId) === after) this.#queues.delete(runId);
      });
    this.#queues.set(runId, after);
  }

  async #look(runId: string): Promise<void> {
    const { store, place } = this.#options;
    const run = await store.runs.get(runId);
    const handle = this.#handles.get(runId);
    if (handle !== undefined) {
      if (run === undefined || run.state === "CANCELING") await handle.cancel();
    } else if (run === undefined) {
      await this.#remove(runId);
    } else if (run.place === "" && run.state === "CANCELING") {
      // Nobody executes it, so that it can only have ended.
      await this.#end(runId, ["CANCELING"], "CANCELED", secondsOf(this.#options.clock), "");
    } else if (run.place === place && !finalStates.has(run.state)) {
      await this.#takeUp(run);
    }
  }

  async #takeUp(run: RunRecord): Promise<void> {
    const { runId, state } = run;
    if (state === "PENDING" && this.#isFull()) return;
    this.#notBefore.delete(runId);
    this.#beginning.add(runId);
    try {
      const runner = await this.#options.runner.get();
      const view = await runner.get(runnersRunId(runId));
      const isOver = view !== undefined && finalStates.has(view.state);
      if (view === undefined && state === "CANCELING") {
        return await this.#end(runId, ["CANCELING"], "CANCELED", secondsOf(this.#options.clock), "");
      }
      if (isOver && state !== "PENDING") return await this.#settle(runId, view, ["RUNNING", "CANCELING"]);
      const handle =
        view === undefined
          ? await runner.start(await this.#request(run))
          : await runner.resume(runnersRunId(runId), { retryFailed: isOver });
      await this.#underWay(runId, handle);
    } catch (error) {
      await this.#refused(runId, error);
    } finally {
      this.#beginning.delete(runId);
    }
  }

  async #underWay(runId: string, handle: RunHandle): Promise<void> {
    const { runs } = this.#options.store;
    this.#handles.set(runId, handle);
    const noted = runs.setState(runId, ["PENDING"], "RUNNING", secondsOf(this.#options.clock));
    // Where that cannot be written down, the run has not left PENDING when it ends.
    void this.#follow(
      runId,
      handle,
      noted.then(
        () => ["RUNNING", "CANCELING"],
        () => UNFINISHED,
      ),
    );
    if (!(await noted)) this.look(runId);
  }

  async #follow(runId: string, handle: RunHandle, from: Promise<readonly RuntimeState[]>): Promise<void> {
    try {
      const view = await handle.ended;
      const states = await from;
      this.#handles.delete(runId);
      this.#queue(runId, () => this.#settle(runId, view, states));
    } catch (error) {
      this.#handles.delete(runId);
      if (!this.#closed) this.#failed(runId, error);
    }
    if (!this.#closed) void this.lookAtAll();
  }

  /** Notes how a run has ended. One that is gone by then is removed. */
  async #settle(runId: string, view: RunView, from: readonly RuntimeState[]): Promise<void> {
    const error = view.error === undefined ? "" : JSON.stringify(statusOf(view.error));
    await this.#end(runId, from, view.state, Math.floor(view.endedAt / 1000), error);
    if ((await this.#options.store.runs.get(runId)) === undefined) await this.#remove(runId);
  }

  async #end(
    runId: string,
    from: readonly RuntimeState[],
    state: RuntimeState,
    at: number,
    error: string,
  ): Promise<void> {
    await this.#options.store.runs.setState(runId, from, state, at, { finishedAt: at, error });
  }

  /** Removes what is left of a deleted run, where it was executed here. */
  async #remove(runId: string): Promise<void> {
    const { store, place, runner } = this.#options;
    const { deleted } = await store.runs.workOf(place);
    if (!deleted.includes(runId)) return;
    try {
      await (await runner.get()).delete(runnersRunId(runId));
    } catch (error) {
      if (!isRunnerError(error) || error.code !== "RUN_NOT_FOUND") throw error;
    }
    await store.runs.forget(runId);
  }

  async #request(run: RunRecord): Promise<RunRequest> {
    const { runId, displayName, namespace, scheduledAt, pipelineRoot } = run;
    const spec = (await this.#options.store.runs.launchedSpec(runId)) ?? "";
    return {
      pipeline: pipelineSpecFromStruct(JSON.parse(spec) as JsonObject),
      parameters: JSON.parse(run.launchedParameters || run.parameters || "{}") as JsonObject,
      runId: runnersRunId(runId),
      displayName,
      namespace,
      scheduledAt: scheduledAt * 1000,
      pipelineRoot: pipelineRoot || undefined,
    };
  }

  /** A run that was not taken up: another process has it, it can never run, or it can later. */
  async #refused(runId: string, error: unknown): Promise<void> {
    const { clock, runner } = this.#options;
    if (error instanceof StatusError && error.code === "INVALID_ARGUMENT") {
      return await this.#end(runId, UNFINISHED, "FAILED", secondsOf(clock), statusText(3, error.message));
    }
    if (!isRunnerError(error) || LATER.has(error.code)) throw error;
    // Of two that start a run at once, one finds that the other one has stored it.
    const isTaken =
      error.code === "RUN_BUSY" ||
      error.code === "RUN_FINISHED" ||
      (error.code === "OPTION_INVALID" && (await (await runner.get()).get(runnersRunId(runId))) !== undefined);
    if (isTaken) {
      this.#notBefore.set(runId, clock.now() + (error.code === "RUN_FINISHED" ? 0 : BUSY_MS));
      return;
    }
    await this.#end(runId, UNFINISHED, "FAILED", secondsOf(clock), JSON.stringify(statusOf(error)));
  }

  #failed(runId: string, error: unknown): void {
    if (this.#closed) return;
    this.#notBefore.set(runId, this.#options.clock.now() + FAILED_MS);
    this.#options.log.error({ runId, err: error }, "a run cannot go on now; it will be taken up again");
  }

  #isFull(): boolean {
    return this.#handles.size + this.#beginning.size >= this.#options.maxRuns;
  }
}

function statusText(code: number, message: string): string {
  return JSON.stringify({ code, message });
}
