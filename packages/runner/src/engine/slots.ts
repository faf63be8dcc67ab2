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
    const lane: Lane = new Lane({
      take: () => this.#take(),
      changed: () => {
        if (lane.isEmpty) this.#lanes.delete(lane);
        else this.#lanes.add(lane);
      },
    });
    return lane;
  }

  #take(): Release | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    return this.#release();
  }

  #release(): Release {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [lane] = this.#lanes;
      if (lane === undefined) {
        this.#free++;
        return;
      }
      // To the end of the lanes: the others have their turn first.
      this.#lanes.delete(lane);
      lane.give(this.#release());
    };
  }
}

interface Waiter {
  readonly signal: AbortSignal;
  readonly resolve: (release: Release | undefined) => void;
}

/** The queue of one run for jobs. */
export class Lane {
  readonly #slots: { readonly take: () => Release | undefined; readonly changed: () => void };
  /** In the order in which they came. */
  readonly #waiters = new Set<Waiter>();
  /** By what ends their wait. It is listened to once for all of them: a signal looks through all that listen to it. */
  readonly #bySignal = new Map<AbortSignal, { readonly waiters: Set<Waiter>; readonly leave: () => void }>();

  /** @param slots - how a free job is taken, and who is told that somebody waits or nobody does. */
  constructor(slots: { readonly take: () => Release | undefined; readonly changed: () => void }) {
    this.#slots = slots;
  }

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** Waits for a job; undefined where the signal is aborted first. */
  async acquire(signal: AbortSignal): Promise<Release | undefined> {
    if (signal.aborted) return undefined;
    return this.#slots.take() ?? new Promise((resolve) => this.#wait({ signal, resolve }));
  }

  /** Gives a job to the one who has waited longest. Somebody has to wait. */
  give(release: Release): void {
    const [waiter] = this.#waiters;
    if (waiter === undefined) {
      release();
      return;
    }
    this.#waiters.delete(waiter);
    const group = this.#bySignal.get(waiter.signal);
    group?.waiters.delete(waiter);
    if (group?.waiters.size === 0) {
      waiter.signal.removeEventListener("abort", group.leave);
      this.#bySignal.delete(waiter.signal);
    }
    this.#slots.changed();
    waiter.resolve(release);
  }

  #wait(waiter: Waiter): void {
    this.#waiters.add(waiter);
    this.#slots.changed();
    const group = this.#bySignal.get(waiter.signal);
    if (group !== undefined) {
      group.waiters.add(waiter);
      return;
    }
    const waiters = new Set([waiter]);
    const leave = () => {
      this.#bySignal.delete(waiter.signal);
      for (const one of waiters) this.#waiters.delete(one);
      this.#slots.changed();
      for (const { resolve } of waiters) resolve(undefined);
    };
    waiter.signal.addEventListener("abort", leave, { once: true });
    this.#bySignal.set(waiter.signal, { waiters, leave });
  }
}
