import { randomUUID } from "node:crypto";
import type { Clock } from "@kfp-ts/server/ports";
import { SignJWT } from "jose";
import { groupsOf, type ServiceAccount, type ServiceAccounts, userNameOf } from "./service-accounts.ts";
import type { SigningKey } from "./signing-key.ts";
import { notFound } from "./status-error.ts";
import { checkTimes, readClaims, sharedAudiences, type TokenClaims } from "./token-claims.ts";
import { checkedExpiration, type TokenRequest } from "./token-request.ts";
import { refused, TokenRefusal, type TokenReviewStatus } from "./token-review.ts";
import { hashOf, type VerifiedToken, VerifiedTokens } from "./verified-tokens.ts";
import { verifySignature } from "./verify-signature.ts";

/** What an issuer of service account tokens is made of. */
export interface TokenIssuerOptions {
  /** What tokens say they come from, and whom they are for when nothing is said. */
  readonly issuer: string;
  /** The keys that are accepted, the newest first: that one signs. Asked anew each time. */
  readonly keys: () => readonly SigningKey[];
  readonly serviceAccounts: ServiceAccounts;
  readonly clock: Clock;
  /** How many verified tokens are remembered. @default 10 000 */
  readonly rememberedTokens?: number | undefined;
}

/** A token, and how long it lives. */
export interface IssuedToken {
  readonly token: string;
  readonly audiences: readonly string[];
  readonly serviceAccount: ServiceAccount;
  readonly expiresAt: Date;
  readonly expirationSeconds: number;
}

/** Makes and reviews service account tokens as Kubernetes does, with no Kubernetes. */
export class TokenIssuer {
  /** What tokens say they come from. */
  readonly issuer: string;
  readonly #options: TokenIssuerOptions;
  readonly #verified: VerifiedTokens;

  constructor(options: TokenIssuerOptions) {
    this.issuer = options.issuer;
    this.#options = options;
    this.#verified = new VerifiedTokens(options.rememberedTokens ?? 10_000);
  }

  /**
   * Makes a token, as Kubernetes answers a TokenRequest.
   *
   * @throws StatusError 404 where there is no such service account, 422 for a life too short or too long
   */
  async issue({ namespace, serviceAccount: name, audiences, expirationSeconds }: TokenRequest): Promise<IssuedToken> {
    const { serviceAccounts, clock } = this.#options;
    const account = serviceAccounts.find(namespace, name);
    if (account === undefined) {
      throw serviceAccounts.hasNamespace(namespace)
        ? notFound("serviceaccounts", name)
        : notFound("namespaces", namespace);
    }
    const lifetime = checkedExpiration(expirationSeconds);
    const [key] = this.#options.keys();
    if (key === undefined) throw new Error("there is no key to sign tokens with");
    const aud = audiences === undefined || audiences.length === 0 ? [this.issuer] : audiences;
    const now = Math.floor(clock.now() / 1000);
    const claims = {
      aud: [...aud],
      exp: now + lifetime,
      iat: now,
      iss: this.issuer,
      jti: randomUUID(),
      "kubernetes.io": { namespace, serviceaccount: { name, uid: account.uid } },
      nbf: now,
      sub: userNameOf(account),
    };
    return {
      token: await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: key.id }).sign(key.privateKey),
      audiences: aud,
      serviceAccount: account,
      expiresAt: new Date(claims.exp * 1000),
      expirationSeconds: lifetime,
    };
  }

  /**
   * Reviews a token, as Kubernetes answers a TokenReview. A signature that was found good is not checked again; whether
   * the token is still valid, its key accepted and its service account there is looked at every time.
   *
   * @param audiences - One of them has to be the token's. Without any, the issuer.
   */
  review(token: string, audiences: readonly string[] = []): TokenReviewStatus {
    try {
      return this.#accepted(token.trimEnd(), audiences.length === 0 ? [this.issuer] : audiences);
    } catch (error) {
      if (error instanceof TokenRefusal) return refused(error);
      throw error;
    }
  }

  #accepted(token: string, asked: readonly string[]): TokenReviewStatus {
    const hash = hashOf(token);
    const { claims } = this.#verify(token, hash);
    const audiences = sharedAudiences(claims, asked);
    try {
      checkTimes(claims, this.#options.clock.now());
    } catch (error) {
      // Its time is over, or has not come: nothing that would be worth remembering.
      this.#verified.delete(hash);
      throw error;
    }
    const account = this.#accountOf(claims);
    return {
      authenticated: true,
      user: {
        username: userNameOf(account),
        uid: account.uid,
        groups: groupsOf(account.namespace),
        ...(claims.id !== undefined && {
          extra: { "authentication.kubernetes.io/credential-id": [`JTI=${claims.id}`] },
        }),
      },
      audiences,
    };
  }

  #verify(token: string, hash: string): VerifiedToken {
    const keys = this.#options.keys();
    const known = this.#verified.get(hash);
    if (known !== undefined && keys.some(({ id }) => id === known.key.id)) return known;
    const { payload, key } = verifySignature(token, this.issuer, keys);
    const verified = { claims: readClaims(payload, this.issuer), key };
    this.#verified.set(hash, verified);
    return verified;
  }

  #accountOf({ namespace, serviceAccount, uid, bound }: TokenClaims): ServiceAccount {
    if (serviceAccount === "" || namespace === "") throw new TokenRefusal("resource name may not be empty");
    const account = this.#options.serviceAccounts.find(namespace, serviceAccount);
    if (account === undefined) throw new TokenRefusal(`serviceaccounts "${serviceAccount}" not found`);
    if (account.uid !== uid) {
      throw new TokenRefusal(`service account UID (${account.uid}) does not match claim (${uid})`);
    }
    // There are no pods here that it could be bound to.
    if (bound) throw new TokenRefusal("service account token has been invalidated");
    return account;
  }
}
