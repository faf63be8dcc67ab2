import { onAbort } from "../on-abort.ts";

/**
 * One piece of work that any number of callers wait for. It goes on as long as one of them waits, and is given up when the
 * last of them has.
 */
export class SharedWork<T> {
  #underWay: { readonly result: Promise<T>; readonly abort: AbortController; waiting: number } | undefined;

  /**
   * Begins the work, or joins what is under way.
   *
   * @param signal - Of this caller alone.
   * @throws the reason of the signal after an abort, and whatever the work throws.
   */
  run(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason);
    this.#underWay ??= this.#begin(work);
    const current = this.#underWay;
    current.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        current.waiting -= 1;
        if (current.waiting === 0) current.abort.abort(signal.reason);
        reject(signal.reason);
      };
      const forget = onAbort(signal, leave);
      current.result.then(resolve, reject).finally(forget);
    });
  }

  #begin(work: (signal: AbortSignal) => Promise<T>) {
    const abort = new AbortController();
    const result = work(abort.signal).finally(() => {
      if (this.#underWay?.abort === abort) this.#underWay = undefined;
    });
    // Who waits is told; where nobody does any more, nobody has to be.
    result.catch(() => undefined);
    abort.signal.addEventListener("abort", () => {
      if (this.#underWay?.abort === abort) this.#underWay = undefined;
    });
    return { result, abort, waiting: 0 };
  }
}
