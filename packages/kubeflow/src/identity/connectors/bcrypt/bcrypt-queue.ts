import { ConnectorUnavailableError } from "../../password-connector.ts";

/** Whether a password is that of a hash. */
export type ComparePassword = (password: string, hash: string) => Promise<boolean>;

/** How many may wait: at a quarter of a second each, whoever comes last waits as long as people do. */
const MOST_WAITING = 64;

interface Waiting {
  readonly begin: () => void;
}

/** Looks at passwords one after the other, so that however many come, a server has a processor left for everybody else. */
export class BcryptQueue {
  readonly #compare: ComparePassword;
  readonly #mostWaiting: number;
  readonly #waiting: Waiting[] = [];
  #busy = false;
  #closed = false;

  constructor(compare: ComparePassword, { mostWaiting = MOST_WAITING } = {}) {
    this.#compare = compare;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Whether a password is that of a hash. Who gives up waiting costs nothing; what has begun is ended.
   *
   * @throws ConnectorUnavailableError where too many wait; the reason of the signal
   */
  async matches(password: string, hash: string, signal: AbortSignal): Promise<boolean> {
    await this.#turn(signal);
    const outcome = this.#compare(password, hash).finally(() => this.#next());
    return await orAborted(outcome, signal);
  }

  /** Lets nobody else in; who waits is told. */
  close(): void {
    this.#closed = true;
    for (const { begin } of this.#waiting.splice(0)) begin();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#refuseWhenClosed();
    if (!this.#busy) {
      this.#busy = true;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new ConnectorUnavailableError("Too many passwords are waiting to be checked. Try again in a moment.");
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        begin: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
    });
    this.#refuseWhenClosed();
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy = false;
    else next.begin();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new ConnectorUnavailableError("The server is stopping.");
  }
}

/** An outcome, or the reason of a signal where that comes first. The work behind the outcome goes on. */
export async function orAborted<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T> {
  outcome.catch(() => undefined);
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
