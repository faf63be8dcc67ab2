import { createHash } from "node:crypto";
import type { Clock, Log } from "@kfp-ts/server/ports";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { Expiring } from "../../identity/expiring.ts";
import type { ProviderFetch } from "../login/provider-fetch.ts";
import type { Visitor } from "../upstream.ts";
import { userOfClaims } from "../user-of-claims.ts";
import type { TokenFault } from "./bearer-answer.ts";
import { issuerSpellings } from "./issuer-spellings.ts";

/** Whose tokens are taken. */
export interface ProviderTokensOptions {
  readonly issuer: string;
  /** The clients that a token may be for. */
  readonly audiences: readonly string[];
  /** Where its keys are. */
  readonly keysUrl: () => Promise<string>;
  readonly fetch?: ProviderFetch | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** As an Envoy has it, in seconds. */
const SKEW_SECONDS = 60;

/** Checks tokens of the identity provider. One that was found good is remembered until it ends, for at most a minute. */
export class ProviderTokens {
  readonly #options: ProviderTokensOptions;
  readonly #known: Expiring<{ readonly visitor: Visitor; readonly expiresAt: number }>;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(options: ProviderTokensOptions) {
    this.#options = options;
    this.#known = new Expiring(options.clock, 10_000);
  }

  /** Whom a token is of, or what is wrong with it. */
  async check(token: string): Promise<Visitor | TokenFault> {
    const hash = createHash("sha256").update(token).digest("base64url");
    const now = this.#options.clock.now();
    const known = this.#known.get(hash);
    if (known !== undefined) return known.expiresAt > now ? known.visitor : "Jwt is expired";
    const checked = await this.#verify(token, now);
    if (typeof checked === "string") return checked;
    const named = userOfClaims(checked);
    if ("why" in named) return "Jwt verification fails";
    const visitor = { user: named.user, token };
    this.#known.set(hash, { visitor, expiresAt: ((checked.exp ?? 0) + SKEW_SECONDS) * 1000 }, 60_000);
    return visitor;
  }

  async #verify(token: string, now: number): Promise<JWTPayload | TokenFault> {
    const { issuer, audiences, log } = this.#options;
    const { errors, jwtVerify } = await import("jose");
    try {
      const { payload } = await jwtVerify(token, await this.#keySet(), {
        issuer: [...issuerSpellings(issuer)],
        audience: [...audiences],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(now),
        requiredClaims: ["exp"],
        algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return "Jwt is expired";
      if (error instanceof errors.JWTClaimValidationFailed) {
        if (error.claim === "aud") return "Audiences in Jwt are not allowed";
        if (error.claim === "nbf") return "Jwt not yet valid";
        return "Jwt verification fails";
      }
      if (error instanceof errors.JWKSNoMatchingKey) return "Jwks doesn't have key to match kid or alg from Jwt";
      const isFault = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
      if (isFault && error.code !== "ERR_JOSE_GENERIC") return "Jwt verification fails";
      log.error({ err: error, issuer }, "the keys of the identity provider cannot be fetched");
      return "Jwks remote fetch is failed";
    }
  }

  #keySet(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#makeKeySet().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #makeKeySet(): Promise<JWTVerifyGetKey> {
    const { createRemoteJWKSet, customFetch } = await import("jose");
    const { fetch, keysUrl } = this.#options;
    return createRemoteJWKSet(new URL(await keysUrl()), {
      ...(fetch !== undefined && {
        [customFetch]: (url: string, options: Parameters<ProviderFetch>[1]) => fetch(url, options),
      }),
    });
  }
}
