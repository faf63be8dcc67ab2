import { onAbort } from "../on-abort.ts";

/**
 * Waits. What it was aborted with is thrown.
 *
 * @param holds - Whether the process goes on for as long as it waits.
 */
export function pause(milliseconds: number, signal: AbortSignal, holds: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
    if (!holds) timer.unref();
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
