import { onAbort } from "./on-abort.ts";

/**
 * Time, so that tests need not wait for it.
 *
 * @example
 * import { Client, type Clock } from "@kfp-ts/sdk";
 *
 * let now = 0;
 * const impatient: Clock = {
 *   now: () => now,
 *   sleep: async (milliseconds) => {
 *     now += milliseconds;
 *   },
 * };
 * console.log(new Client({ host: "http://localhost:3000", clock: impatient }).host);
 */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Fulfilled after that many milliseconds; rejected with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this machine. */
export const systemClock: Clock = { now: () => performance.now(), sleep };

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const forget =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    const timer = setTimeout(() => {
      forget?.();
      resolve();
    }, milliseconds);
  });
}
