import { onAbort } from "./on-abort.ts";

/** What comes, unless the signal aborts first: then what it was aborted with is thrown. */
export function within<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}
