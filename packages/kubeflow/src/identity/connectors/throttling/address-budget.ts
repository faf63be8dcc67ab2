/** How many wrong passwords an address may send at once, over all names, and how soon it gets one of them back. */
const MOST = 50;
const ONE_BACK_MS = 6000;

interface Spent {
  readonly spent: number;
  readonly at: number;
}

/**
 * How many wrong passwords may still come from an address, whatever names they are for: fifty, and ten more a minute. A right
 * one gives nothing back, because who has an account could then go on for ever. Times are in milliseconds.
 */
export class AddressBudget {
  readonly #most: number;
  readonly #spent = new Map<string, Spent>();

  /** @param most - How many addresses are kept; who has not been seen for longest goes first. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#spent.size;
  }

  /** How long an address has to wait from now; 0 where it does not. */
  waitMs(address: string, now: number): number {
    const over = this.#spentBy(address, now) - (MOST - 1);
    return over <= 0 ? 0 : Math.ceil(over * ONE_BACK_MS);
  }

  refused(address: string, now: number): void {
    const spent = Math.min(MOST, this.#spentBy(address, now) + 1);
    this.#spent.delete(address);
    const [oldest] = this.#spent.keys();
    if (this.#spent.size >= this.#most && oldest !== undefined) this.#spent.delete(oldest);
    this.#spent.set(address, { spent, at: now });
  }

  #spentBy(address: string, now: number): number {
    const { spent = 0, at = now } = this.#spent.get(address) ?? {};
    return Math.max(0, spent - Math.max(0, now - at) / ONE_BACK_MS);
  }
}
