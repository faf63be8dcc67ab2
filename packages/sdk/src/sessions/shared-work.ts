import { onAbort } from "../on-abort.ts";

/**
 * One piece of work that any number of callers wait for. It goes on as long as one of them waits, and is given up when the
 * last of them has, unless it has said that it is to be brought to its end.
 */
export class SharedWork<T> {
  #underWay:
    | { readonly result: Promise<T>; readonly abort: AbortController; waiting: number; readonly kept: boolean }
    | undefined;

  /**
   * Begins the work, or joins what is under way.
   *
   * @param signal - Of this caller alone.
   * @param work - Calls `keep` where it must be brought to its end from then on, even if nobody waits any more.
   * @throws the reason of the signal after an abort, and whatever the work throws.
   */
  run(signal: AbortSignal, work: (signal: AbortSignal, keep: () => void) => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason);
    this.#underWay ??= this.#begin(work);
    const current = this.#underWay;
    current.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        current.waiting -= 1;
        if (current.waiting === 0 && !current.kept) current.abort.abort(signal.reason);
        reject(signal.reason);
      };
      const forget = onAbort(signal, leave);
      current.result.then(resolve, reject).finally(forget);
    });
  }

  #begin(work: (signal: AbortSignal, keep: () => void) => Promise<T>) {
    const abort = new AbortController();
    let kept = false;
    const keep = (): void => {
      kept = true;
    };
    const result = work(abort.signal, keep).finally(() => {
      if (this.#underWay?.abort === abort) this.#underWay = undefined;
    });
    // Who waits is told; where nobody does any more, nobody has to be.
    result.catch(() => undefined);
    abort.signal.addEventListener("abort", () => {
      if (this.#underWay?.abort === abort) this.#underWay = undefined;
    });
    return {
      result,
      abort,
      waiting: 0,
      get kept() {
        return kept;
      },
    };
  }
}
