/**
 * Lets only so many in at once, by key; who comes later waits until somebody leaves, and then looks again. Else a hundred
 * passwords that come together would all be tried before the first of them counts.
 */
export class Places {
  readonly #mostWaiting: number;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #waitingInAll = 0;

  /** @param mostWaiting - How many may wait, over all keys. */
  constructor(mostWaiting: number) {
    this.#mostWaiting = mostWaiting;
  }

  taken(key: string): number {
    return this.#taken.get(key) ?? 0;
  }

  take(key: string): void {
    this.#taken.set(key, this.taken(key) + 1);
  }

  leave(key: string): void {
    const taken = this.taken(key) - 1;
    if (taken > 0) this.#taken.set(key, taken);
    else this.#taken.delete(key);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const look of waiting) look();
  }

  /**
   * Waits until somebody leaves.
   *
   * @returns false, at once, where too many wait
   * @throws the reason of the signal
   */
  async next(key: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (this.#waitingInAll >= this.#mostWaiting) return false;
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    this.#waitingInAll++;
    let look = (): void => undefined;
    let abort = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        look = resolve;
        abort = () => reject(signal.reason);
        waiting.add(look);
        signal.addEventListener("abort", abort, { once: true });
      });
      return true;
    } finally {
      this.#waitingInAll--;
      waiting.delete(look);
      signal.removeEventListener("abort", abort);
    }
  }
}
