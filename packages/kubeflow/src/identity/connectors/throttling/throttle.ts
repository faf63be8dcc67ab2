import { createHash } from "node:crypto";
import type { Clock } from "@kfp-ts/server/ports";
import type { PasswordCheck, PasswordConnector } from "../../password-connector.ts";
import { AddressBudget } from "./address-budget.ts";
import { KnownClients } from "./known-clients.ts";
import { Places } from "./places.ts";
import { FREE_REFUSALS, RefusalCounts } from "./refusal-counts.ts";

/** What a throttle is made with. */
export interface ThrottleOptions {
  readonly clock: Clock;
  /** How many accounts, addresses and clients are remembered, of each; a thousand take about a quarter of a megabyte. @default 10000 */
  readonly remembered?: number | undefined;
  /** How many attempts may wait for another one of the same account to end. @default 256 */
  readonly mostWaiting?: number | undefined;
}

/**
 * A connector that makes guessing slow. After five wrong passwords in a row an account waits, a second, two, four, up to five
 * minutes; an attempt that comes too early is answered "throttled" and neither looked at nor counted. A right password
 * ends it.
 *
 * Who has logged in to the account before, from the same device or address, is counted apart, so that guesses from elsewhere do
 * not keep the owner out. Others of the same account share one count: a guesser with many addresses gains nothing by them.
 * An address, besides, may send fifty wrong passwords over all accounts and ten more a minute, those of known clients left out.
 *
 * All of this is in memory, and begins anew with the process.
 */
export function throttle(connector: PasswordConnector, options: ThrottleOptions): PasswordConnector {
  const { clock, remembered = 10_000, mostWaiting = 256 } = options;
  const counts = new RefusalCounts(remembered);
  const addresses = new AddressBudget(remembered);
  const clients = new KnownClients(remembered);
  const places = new Places(mostWaiting);

  /** How long an attempt has to wait, in milliseconds. Of two reasons the longer one counts. */
  const waitOf = (key: string, address: string | undefined): number => {
    const now = clock.now();
    return Math.max(counts.waitMs(key, now), address === undefined ? 0 : addresses.waitMs(address, now));
  };
  const refused = (key: string, address: string | undefined): void => {
    counts.refused(key, clock.now());
    if (address !== undefined) addresses.refused(address, clock.now());
  };
  const throttled = (waitMs: number): PasswordCheck => ({
    outcome: "throttled",
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });

  return {
    id: connector.id,
    name: connector.name,
    usernamePrompt: connector.usernamePrompt,
    async check(username, password, signal, source) {
      const account = accountKey(username);
      for (;;) {
        const { key, isKnown } = clients.keyOf(account, source);
        const address = isKnown ? undefined : source?.address;
        const waitMs = waitOf(key, address);
        if (waitMs > 0) return throttled(waitMs);
        // Those under way may all be wrong: they may be as many as could still be wrong for nothing, and one in any case.
        const free = Math.max(1, FREE_REFUSALS - counts.inRow(key, clock.now()));
        if (places.taken(key) >= free) {
          if (!(await places.next(key, signal))) return throttled(1000);
          continue;
        }
        places.take(key);
        try {
          const found = await connector.check(username, password, signal, source);
          if (found.outcome === "refused") refused(key, address);
          if (found.outcome === "accepted") {
            counts.forget(key);
            clients.add(account, source);
          }
          return found;
        } catch (error) {
          // Who does not wait for the answer has guessed all the same: a directory has counted it too.
          if (signal.aborted) refused(key, address);
          throw error;
        } finally {
          places.leave(key);
        }
      }
    },
    find: (id) => connector.find(id),
    close: () => connector.close(),
  };
}

/**
 * An account as it is counted: names that a directory takes for the same (case, blanks, look-alikes, what is not seen) are
 * one. A digest, so that long names take no more memory than short ones.
 */
function accountKey(username: string): string {
  const folded = username
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return createHash("sha256").update(folded).digest("base64url");
}
