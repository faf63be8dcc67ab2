import type { AttemptSource } from "../../password-connector.ts";

/**
 * From where each account has been logged in to. Who guesses at an account does so from elsewhere, and is not to keep its
 * owner out.
 */
export class KnownClients {
  readonly #most: number;
  /** The longest unused first. */
  readonly #known = new Set<string>();

  /** @param most - How many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  /** What the refusals of an attempt are counted under: the client where it is known, else the account for all others. */
  keyOf(account: string, source: AttemptSource | undefined): { readonly key: string; readonly isKnown: boolean } {
    const known = clientsOf(account, source).find((client) => this.#known.has(client));
    return known === undefined ? { key: account, isKnown: false } : { key: known, isKnown: true };
  }

  /** Somebody has logged in to an account. */
  add(account: string, source: AttemptSource | undefined): void {
    for (const client of clientsOf(account, source)) {
      this.#known.delete(client);
      const [oldest] = this.#known;
      if (this.#known.size >= this.#most && oldest !== undefined) this.#known.delete(oldest);
      this.#known.add(client);
    }
  }
}

/** The device first: an address may be that of many, as behind a proxy. */
function clientsOf(account: string, { device, address }: AttemptSource = {}): readonly string[] {
  return [
    ...(device ? [`${account} device ${device.slice(0, 200)}`] : []),
    ...(address ? [`${account} address ${address.slice(0, 200)}`] : []),
  ];
}
