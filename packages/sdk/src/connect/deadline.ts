import type { Clock } from "../clock.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { onAbort } from "../on-abort.ts";

/** A time that ends, and stands still while a person is waited for. */
export class Deadline {
  readonly #clock: Clock;
  readonly #expired = new AbortController();
  #leftMs: number;
  #since = 0;
  #stop: AbortController | undefined;
  #waiting = 0;
  readonly #forget: () => void;

  constructor(clock: Clock, withinMs: number, caller: AbortSignal | undefined) {
    this.#clock = clock;
    this.#leftMs = withinMs;
    this.#forget = caller === undefined ? () => undefined : onAbort(caller, () => this.#expired.abort(caller.reason));
    this.#run();
  }

  /** Aborted when the time is over, or when the caller gives up. */
  get signal(): AbortSignal {
    return this.#expired.signal;
  }

  /** How much time is left, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.#leftMs - (this.#stop === undefined ? 0 : this.#clock.now() - this.#since));
  }

  /** What comes of work that ends with this time, whether or not it heeds the signal. */
  bound<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const forget = onAbort(this.signal, () => reject(this.signal.reason));
      work.then(resolve, reject).finally(forget);
    });
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#pause();
    this.#forget();
  }

  /** Credentials that stop this time while they wait for a person. */
  patient(credentials: Credentials | undefined): Credentials | undefined {
    if (credentials?.patienceMs === undefined) return credentials;
    return {
      patienceMs: credentials.patienceMs,
      headers: (request) => this.#without(() => credentials.headers(request)),
      refused: (refusal) => this.#without(() => credentials.refused?.(refusal) ?? false),
      accepted: (request) => credentials.accepted?.(request),
      endsAt: (endpoint) => credentials.endsAt?.(endpoint),
      ...(credentials.received !== undefined && { received: (answer) => credentials.received?.(answer) }),
    };
  }

  async #without<T>(ask: () => T | Promise<T>): Promise<T> {
    this.#waiting += 1;
    this.#pause();
    try {
      return await ask();
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#run();
    }
  }

  #run(): void {
    if (this.signal.aborted) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#since = this.#clock.now();
    this.#clock.sleep(this.#leftMs, stop.signal).then(
      () => this.#expired.abort(new DOMException("the time is over", "TimeoutError")),
      () => undefined,
    );
  }

  #pause(): void {
    this.#leftMs = this.leftMs;
    this.#stop?.abort();
    this.#stop = undefined;
  }
}
