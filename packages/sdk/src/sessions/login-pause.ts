import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { LoginError } from "../errors/login-error.ts";

/** How long a refused name and password rest: the next time, then twice as long each time, up to the last. */
const REFUSED_MS = { first: 5 * 60_000, longest: 60 * 60_000 };
/** The same where a password was sent and something else went wrong: it may count, too. */
const SENT_MS = { first: 60_000, longest: 60 * 60_000 };
/** The same where nothing was sent, or nobody looked at it: no account counts those. */
const UNAVAILABLE_MS = { first: 1_000, longest: 60_000 };
/** How many passwords may be refused within how long while the one before should rest. */
const OTHERS = { most: 2, withinMs: 30 * 60_000 };
/** The longest that the other side may ask to wait, in milliseconds. */
const LONGEST_ASKED_MS = 15 * 60_000;

/** The longest that a refused name and password rest, in milliseconds. */
export const LONGEST_REFUSED_REST_MS: number = REFUSED_MS.longest;

/** How long a name and password rest that were refused so many times in a row, in milliseconds. */
export function refusedRestMs(times: number): number {
  return restMs(REFUSED_MS, times);
}

/**
 * Keeps a failing login from being tried again and again.
 *
 * Directories lock an account after a few wrong passwords within a quarter or half of an hour, three or five by their
 * usual settings. One that was refused is therefore not tried again for five minutes, then ten, and so on up to an hour:
 * that is two tries in the first quarter of an hour and three in the first half.
 *
 * Where the password comes from a function that gives another one by now, it is tried at once, but not for ever: a function
 * whose text is another one each time, such as one-time codes of a wrong seed, could lock the account with them. So two such
 * tries may be refused within half an hour, and whatever the function gives then rests like the one before.
 *
 * An identity provider that is down is asked after a second, then two, and so on up to a minute, or as late as it asks for,
 * so that a program goes on by itself when it is back.
 */
export class LoginPause {
  readonly #now: () => number;
  #failure: { readonly error: unknown; readonly until: number } | undefined;
  /** By code: that the provider was down in between makes a refused password no better. */
  readonly #failures = new Map<string | undefined, number>();
  /** Until when a refused password should rest, whatever failed since. */
  #refusedUntil = Number.NEGATIVE_INFINITY;
  /** When another one was refused although one should rest: the latest few. */
  #othersRefused: readonly number[] = [];

  /** @param now - Milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes that a login has failed. */
  failed(error: unknown): void {
    const code = isKfpError(error) ? error.code : undefined;
    const failures = (this.#failures.get(code) ?? 0) + 1;
    this.#failures.set(code, failures);
    const rest = restMs(restAfter(error), failures);
    const asked = error instanceof LoginError ? (error.retryAfterMs ?? 0) : 0;
    const now = this.#now();
    const until = now + Math.max(rest, Math.min(asked, LONGEST_ASKED_MS));
    this.#failure = { error, until };
    if (code !== "LOGIN_REFUSED") return;
    if (now < this.#refusedUntil) this.#othersRefused = [...this.#othersRefused, now].slice(-OTHERS.most);
    this.#refusedUntil = until;
  }

  /** Notes that a login has come about. */
  succeeded(): void {
    this.#failure = undefined;
    this.#failures.clear();
    this.#refusedUntil = Number.NEGATIVE_INFINITY;
    this.#othersRefused = [];
  }

  /** Whether a password was refused and rests, and another one may be tried at once. */
  get takesAnother(): boolean {
    const error = this.#failure?.error;
    if (!isKfpError(error) || error.code !== "LOGIN_REFUSED" || !this.#resting()) return false;
    return !this.#wereManyRefused;
  }

  /** @throws what the latest login failed with, where it is too early for another one. */
  check(): void {
    if (this.#failure === undefined || !this.#resting()) return;
    const { error, until } = this.#failure;
    if (!isKfpError(error) || error.code !== "LOGIN_REFUSED") throw error;
    const minutes = Math.max(1, Math.ceil((until - this.#now()) / 60_000));
    const refused = this.#wereManyRefused
      ? "several passwords of this name were refused in a row"
      : "this name and password were refused before";
    throw new KfpError("LOGIN_PAUSED", {
      message:
        `login: nothing was sent, because ${refused}; trying again and again could ` +
        `lock the account. They rest for ${minutes} more ${minutes === 1 ? "minute" : "minutes"}. Then: ${error.message}`,
      fix: error.fix,
      cause: error,
    });
  }

  get #wereManyRefused(): boolean {
    const since = this.#now() - OTHERS.withinMs;
    return this.#othersRefused.filter((time) => time > since).length >= OTHERS.most;
  }

  #resting(): boolean {
    return this.#failure !== undefined && this.#now() < this.#failure.until;
  }
}

/** A rest, in milliseconds: after the first failure, and the longest. */
interface Rest {
  readonly first: number;
  readonly longest: number;
}

/** Twice as long after each failure. */
function restMs({ first, longest }: Rest, failures: number): number {
  return Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
}

function restAfter(error: unknown): Rest {
  if (!(error instanceof LoginError) || error.code === "LOGIN_UNAVAILABLE") return UNAVAILABLE_MS;
  if (error.code === "LOGIN_REFUSED") return REFUSED_MS;
  return error.steps.some(({ method }) => method === "POST") ? SENT_MS : UNAVAILABLE_MS;
}
