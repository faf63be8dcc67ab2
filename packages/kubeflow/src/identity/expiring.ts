import type { Clock } from "@kfp-ts/server/ports";

interface Kept<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** Values that are kept for a while, in memory. Bounded: the oldest goes for a new one. */
export class Expiring<V> {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #kept = new Map<string, Kept<V>>();

  /** @param most - How many are kept. */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get(key: string): V | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.expiresAt > this.#clock.now() ? kept.value : undefined;
  }

  /** @param lifetimeMs - The same for all that are kept here, or the sweep finds some late. */
  set(key: string, value: V, lifetimeMs: number): void {
    const now = this.#clock.now();
    this.#kept.delete(key);
    for (const [oldest, { expiresAt }] of this.#kept) {
      if (expiresAt > now && this.#kept.size < this.#most) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, { value, expiresAt: now + lifetimeMs });
  }

  /** Puts another value in the place of one, for as long as that had left. */
  replace(key: string, value: V): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) this.#kept.set(key, { ...kept, value });
  }

  delete(key: string): boolean {
    return this.#kept.delete(key);
  }

  deleteWhere(matches: (value: V) => boolean): void {
    for (const [key, { value }] of this.#kept) if (matches(value)) this.#kept.delete(key);
  }

  get size(): number {
    return this.#kept.size;
  }
}
