import { createHash } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";
import type { TokenClaims } from "./token-claims.ts";

/** A token whose signature was found good, and with which key. What changes with time is not kept: it is checked anew. */
export interface VerifiedToken {
  readonly claims: TokenClaims;
  readonly key: SigningKey;
}

/**
 * Tokens whose signature was found good, by their hash: the tokens themselves are kept nowhere. Bounded; those that were
 * used longest ago go first.
 */
export class VerifiedTokens {
  readonly #most: number;
  readonly #tokens = new Map<string, VerifiedToken>();

  /** @param most - How many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  get(hash: string): VerifiedToken | undefined {
    const found = this.#tokens.get(hash);
    if (found === undefined) return undefined;
    // To the end of the map, which is where the youngest are.
    this.#tokens.delete(hash);
    this.#tokens.set(hash, found);
    return found;
  }

  set(hash: string, token: VerifiedToken): void {
    this.#tokens.set(hash, token);
    if (this.#tokens.size <= this.#most) return;
    for (const oldest of this.#tokens.keys()) {
      this.#tokens.delete(oldest);
      return;
    }
  }

  delete(hash: string): void {
    this.#tokens.delete(hash);
  }

  get size(): number {
    return this.#tokens.size;
  }
}

/** Under what a token is kept. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
