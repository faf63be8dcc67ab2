import { RunnerError } from "../errors/runner-error.ts";

/** A place of those that there are. It is given back once. */
export type Release = () => void;

/**
 * How many jobs there are at once, over all that share it. Whoever shares it waits in a lane of its own, and lanes take
 * turns: a run with thousands of tasks does not hold up a small one.
 */
export class Slots {
  readonly limit: number;
  #free: number;
  /** Lanes in which somebody waits, the next one first. */
  readonly #lanes = new Set<Lane>();

  /** @throws RunnerError (OPTION_INVALID) where the limit is no whole number from 1. */
  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RunnerError("OPTION_INVALID", `jobs is ${limit}: give a whole number from 1`);
    }
    this.limit = limit;
    this.#free = limit;
  }

  /** A new lane, for one run. */
  lane(): Lane {
    const lane: Lane = new Lane((signal) => this.#acquire(lane, signal));
    return lane;
  }

  #acquire(lane: Lane, signal: AbortSignal): Promise<Release | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve(this.#release());
    }
    return new Promise((resolve) => {
      const waiter = {
        give: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#release());
        },
      };
      const leave = () => {
        lane.waiters.delete(waiter);
        if (lane.waiters.size === 0) this.#lanes.delete(lane);
        resolve(undefined);
      };
      signal.addEventListener("abort", leave, { once: true });
      lane.waiters.add(waiter);
      this.#lanes.add(lane);
    });
  }

  #release(): Release {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#pass();
    };
  }

  #pass(): void {
    const [lane] = this.#lanes;
    const [waiter] = lane?.waiters ?? [];
    if (lane === undefined || waiter === undefined) {
      this.#free++;
      return;
    }
    lane.waiters.delete(waiter);
    this.#lanes.delete(lane);
    if (lane.waiters.size > 0) this.#lanes.add(lane);
    waiter.give();
  }
}

/** The queue of one run for jobs. */
export class Lane {
  /** In the order in which they came. */
  readonly waiters = new Set<{ readonly give: () => void }>();
  /** Waits for a job; undefined where the signal is aborted first. */
  readonly acquire: (signal: AbortSignal) => Promise<Release | undefined>;

  constructor(acquire: (signal: AbortSignal) => Promise<Release | undefined>) {
    this.acquire = acquire;
  }
}
