import { onAbort } from "../on-abort.ts";

/**
 * Makes callers share one attempt of something that takes long. Each of them can give up by itself; the attempt is
 * aborted when the last one has.
 */
export function sharedAttempt<T>(run: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let underWay: { readonly outcome: Promise<T>; readonly controller: AbortController; waiting: number } | undefined;
  return (signal) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (underWay === undefined) {
      const controller = new AbortController();
      const outcome = run(controller.signal).finally(() => {
        if (underWay?.controller === controller) underWay = undefined;
      });
      outcome.catch(() => undefined);
      underWay = { outcome, controller, waiting: 0 };
    }
    const attempt = underWay;
    attempt.waiting += 1;
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, () => {
        attempt.waiting -= 1;
        if (attempt.waiting === 0) {
          // Whoever comes now begins anew.
          if (underWay === attempt) underWay = undefined;
          attempt.controller.abort(signal.reason);
        }
        reject(signal.reason);
      });
      attempt.outcome.then(resolve, reject).finally(forget);
    });
  };
}
