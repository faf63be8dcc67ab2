const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying again: twice as long each time, up to half a minute, and never as long as others that
 * lost the same server at the same moment.
 */
export class Pauses {
  readonly #random: () => number;
  #next = FIRST_MS;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** What was tried has worked. */
  reset(): void {
    this.#next = FIRST_MS;
  }

  /** In milliseconds; at least what the server asks for. */
  next(retryAfterSeconds = 0): number {
    const pause = this.#next * (0.5 + this.#random() / 2);
    this.#next = Math.min(this.#next * 2, LONGEST_MS);
    return Math.max(pause, retryAfterSeconds * 1_000);
  }
}
