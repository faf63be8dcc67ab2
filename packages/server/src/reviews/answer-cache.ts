import type { Clock } from "../ports/clock.ts";

/** How long answers to reviews are kept, and how many. */
export interface AnswerCacheOptions {
  /** 0 keeps none. @default 10 */
  readonly seconds?: number | undefined;
  /** How many are kept at most; the oldest goes first. @default 10 000 */
  readonly entries?: number | undefined;
  /** Another number whenever an answer may have become another one: what was kept before is of no account then. */
  readonly revision?: (() => number) | undefined;
  readonly clock: Clock;
}

/** An answer, and until when it may be kept: milliseconds since 1970, 0 where it may not be. */
export interface Answer<V> {
  readonly value: V;
  readonly keepUntil: number;
}

/** An answer, with when it was asked for and by which rules. */
interface Kept<V> extends Answer<V> {
  readonly keptAt: number;
  readonly revision: number;
}

const NEVER_REVISED = (): number => 0;

/**
 * Answers to reviews, each asked for once at a time and kept for a short while. Whether an answer may be kept is said
 * with it; failures never are. It grows to a bound, whoever sends how many different questions.
 */
export class AnswerCache<V> {
  readonly #keepMs: number;
  readonly #entries: number;
  readonly #clock: Clock;
  readonly #revision: () => number;
  #latest = Number.NEGATIVE_INFINITY;
  readonly #kept = new Map<string, Kept<V>>();
  readonly #underWay = new Map<string, Promise<Kept<V>>>();

  constructor({ seconds = 10, entries = 10_000, revision = NEVER_REVISED, clock }: AnswerCacheOptions) {
    this.#keepMs = seconds * 1000;
    this.#entries = entries;
    this.#clock = clock;
    this.#revision = revision;
  }

  /**
   * The answer to a question.
   *
   * @param key - The same for the same question, and holds no secret.
   * @param ask - Called where the answer is not kept and nobody is asking, and for each who waits where it may not be kept.
   *   What it throws reaches all who wait.
   */
  get(key: string, ask: () => Promise<Answer<V>>): Promise<V> {
    const now = this.#now();
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      if (now < kept.keepUntil && kept.revision === this.#revision()) return Promise.resolve(kept.value);
      this.#kept.delete(key);
    }
    const already = this.#underWay.get(key);
    if (already !== undefined) return this.#share(already, key, ask);
    const asked = this.#ask(key, ask).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asked);
    return asked.then(({ value }) => value);
  }

  /** A clock that was set back prolongs nothing: how old anything is, nobody can tell then. */
  #now(): number {
    const now = this.#clock.now();
    if (now < this.#latest) this.#kept.clear();
    this.#latest = now;
    return now;
  }

  /** A refusal may be older than a right that was given since, and so may be what the rules said before. */
  async #share(underWay: Promise<Kept<V>>, key: string, ask: () => Promise<Answer<V>>): Promise<V> {
    const { value, keepUntil, keptAt, revision } = await underWay;
    return keepUntil > keptAt && revision === this.#revision() ? value : (await this.#ask(key, ask)).value;
  }

  async #ask(key: string, ask: () => Promise<Answer<V>>): Promise<Kept<V>> {
    // From when it was asked: the answer may be that old.
    const keptAt = this.#now();
    const revision = this.#revision();
    const answer = { ...(await ask()), keptAt, revision };
    const keepUntil = Math.min(answer.keepUntil, keptAt + this.#keepMs);
    if (this.#now() >= keptAt && keepUntil > keptAt && this.#entries > 0) {
      this.#kept.delete(key);
      if (this.#kept.size >= this.#entries) {
        const [oldest] = this.#kept.keys();
        if (oldest !== undefined) this.#kept.delete(oldest);
      }
      this.#kept.set(key, { ...answer, keepUntil });
    }
    return answer;
  }
}
