import { type Clock, secondsOf } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { look, type TickOptions } from "./tick.ts";

/** Calls back after some time. An option, so that tests need not wait. */
export interface Timers {
  /** Calls back once, after so many milliseconds. @returns what takes that back. */
  after(ms: number, callback: () => void): () => void;
}

/** What the scheduler of recurring runs works with. */
export interface SchedulerOptions extends TickOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** @default those of this process, which do not keep it alive */
  readonly timers?: Timers | undefined;
}

/** Has recurring runs make their runs on time. */
export interface Scheduler {
  /** From now on runs are made. */
  begin(): void;
  /**
   * Looks now, not only when something is due: a recurring run is new, or has been enabled. It never throws.
   * Before it has begun, that does nothing.
   */
  wake(): void;
  /** Fulfilled once all that was due has been looked at. */
  idle(): Promise<void>;
  /** Ends it, and waits for what it is doing. */
  close(): Promise<void>;
}

/** The longest sleep, in milliseconds: others on the same database may have changed something, or the clock was set. */
const LONGEST_SLEEP_MS = 10_000;
/** So many ids are asked for at once. */
const BATCH = 100;
/** After a failure it is tried again so many seconds later, twice as many after each further one: as on a cluster. */
const FIRST_BACKOFF_SECONDS = 10;
const LONGEST_BACKOFF_SECONDS = 360;
/** A clock that goes back by more than this many seconds has been set. */
const SET_BACK_SECONDS = 2;

const processTimers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Makes the runs of recurring runs. It sleeps until the first of them is due, however many there are: the database keeps
 * when each is to be looked at.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, clock, log, timers = processTimers } = options;
  const failures = new Map<string, number>();
  let latest = secondsOf(clock);
  let begun = false;
  let closed = false;
  let again = false;
  let working: Promise<void> | undefined;
  let cancelSleep: () => void = () => {};

  async function visit(recurringRunId: string, now: number): Promise<void> {
    try {
      const runId = await look(options, recurringRunId, now);
      failures.delete(recurringRunId);
      if (runId !== undefined) log.debug({ recurringRunId, runId }, "a recurring run made a run");
    } catch (error) {
      const failed = failures.get(recurringRunId) ?? 0;
      const seconds = Math.min(FIRST_BACKOFF_SECONDS * 2 ** failed, LONGEST_BACKOFF_SECONDS);
      failures.set(recurringRunId, failed + 1);
      log.warn({ recurringRunId, err: error, retryAfterSeconds: seconds }, "a recurring run cannot make its run");
      const scheduled = await store.schedule.get(recurringRunId);
      if (scheduled === undefined) failures.delete(recurringRunId);
      else await store.schedule.lookAgain(recurringRunId, scheduled.lastIndex, now + seconds);
    }
  }

  async function visitDue(): Promise<void> {
    const now = secondsOf(clock);
    if (now < latest - SET_BACK_SECONDS) {
      log.warn({ bySeconds: latest - now }, "the clock was set back; recurring runs go on where they had come to");
      await store.schedule.lookAgainAtAll();
    }
    latest = now;
    // Each visit puts what it visited behind now, so that this ends.
    for (let ids = await store.schedule.due(now, BATCH); ids.length > 0; ids = await store.schedule.due(now, BATCH)) {
      for (const id of ids) {
        if (closed) return;
        await visit(id, now);
      }
    }
  }

  async function sleepMs(): Promise<number> {
    const next = await store.schedule.nextLook();
    if (next === undefined) return LONGEST_SLEEP_MS;
    return Math.min(Math.max(next * 1000 - clock.now(), 0), LONGEST_SLEEP_MS);
  }

  async function work(): Promise<void> {
    let ms = LONGEST_SLEEP_MS;
    try {
      do {
        again = false;
        await visitDue();
        ms = await sleepMs();
      } while (again && !closed);
    } catch (error) {
      if (!closed) log.warn({ err: error }, "the recurring runs that are due cannot be read");
    }
    working = undefined;
    if (!closed) cancelSleep = timers.after(again ? 0 : ms, wake);
  }

  function wake(): void {
    if (closed || !begun) return;
    again = true;
    cancelSleep();
    working ??= work();
  }

  return {
    begin() {
      begun = true;
      wake();
    },
    wake,
    idle: async () => {
      while (working !== undefined) await working;
    },
    close: async () => {
      closed = true;
      cancelSleep();
      await working;
    },
  };
}
