/** How many wrong passwords in a row cost nothing: people mistype. */
export const FREE_REFUSALS = 5;

const LONGEST_DELAY_MS = 5 * 60_000;
/** After so long without a wrong password, those before count no more. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
/** How far the oldest are looked through for one that is no loss. */
const LOOKED_THROUGH = 100;

interface Count {
  readonly inRow: number;
  readonly lastAt: number;
}

/**
 * How many passwords were refused in a row, by key, and how long the next one has to wait for it: from the fifth on a
 * second, two, four, up to five minutes. Nobody is shut out for longer, because then whoever wanted to could shut out
 * anybody. Times are in milliseconds.
 */
export class RefusalCounts {
  readonly #most: number;
  /** The longest unchanged first. */
  readonly #counts = new Map<string, Count>();

  /** @param most - How many keys are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#counts.size;
  }

  inRow(key: string, now: number): number {
    const count = this.#counts.get(key);
    if (count === undefined) return 0;
    if (now - count.lastAt < FORGOTTEN_AFTER_MS) return count.inRow;
    this.#counts.delete(key);
    return 0;
  }

  /** How long a key has to wait from now; 0 where it does not. */
  waitMs(key: string, now: number): number {
    const inRow = this.inRow(key, now);
    const lastAt = this.#counts.get(key)?.lastAt ?? now;
    if (inRow < FREE_REFUSALS) return 0;
    const delay = Math.min(LONGEST_DELAY_MS, 1000 * 2 ** (inRow - FREE_REFUSALS));
    // A clock that is set back must not make anybody wait longer.
    return Math.min(delay, Math.max(0, lastAt + delay - now));
  }

  refused(key: string, now: number): void {
    const inRow = this.inRow(key, now) + 1;
    this.#counts.delete(key);
    if (this.#counts.size >= this.#most) this.#makeRoom();
    this.#counts.set(key, { inRow, lastAt: now });
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }

  /** Who tries many names must not get a name forgotten that has to wait: what has few refusals goes first. */
  #makeRoom(): void {
    let oldest: string | undefined;
    let looked = 0;
    for (const [key, { inRow }] of this.#counts) {
      oldest ??= key;
      if (inRow < FREE_REFUSALS) oldest = key;
      if (inRow < FREE_REFUSALS || ++looked >= LOOKED_THROUGH) break;
    }
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
