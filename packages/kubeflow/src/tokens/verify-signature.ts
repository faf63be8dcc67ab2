import { verify } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";
import { TokenRefusal } from "./token-review.ts";

/** A signed token whose signature was found good. */
export interface SignedToken {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly key: SigningKey;
}

/** A token of ours has about 1,000 characters; nothing that is far longer is worth a look. */
const LONGEST = 16_384;

/**
 * Checks the signature of a token. The algorithm is RS256 whatever the token says, and the keys are ours alone: what a
 * token brings along (`jwk`, `jku`, `x5c`) is not looked at.
 *
 * @param issuer - Of whom it has to be.
 * @param keys - That are accepted.
 * @throws TokenRefusal, worded as Kubernetes words it
 */
export function verifySignature(token: string, issuer: string, keys: readonly SigningKey[]): SignedToken {
  const [head = "", body = "", signature = "", ...more] = token.length > LONGEST ? [] : token.split(".");
  const payload = decoded(body);
  // Before anything else: a token of somebody else is none of ours, and says so with no more than that.
  if (more.length > 0 || payload?.iss !== issuer || !isBase64Url(signature)) throw new TokenRefusal();
  const header = decoded(head);
  if (header === undefined) throw new TokenRefusal();
  const candidates = keys.filter(({ id }) => header.kid === undefined || header.kid === "" || header.kid === id);
  if (candidates.length === 0) throw new TokenRefusal("invalid signature, no keys found");
  const signed = Buffer.from(`${head}.${body}`);
  const bytes = Buffer.from(signature, "base64url");
  const key =
    header.alg === "RS256" && header.crit === undefined
      ? candidates.find(({ publicKey }) => verify("RSA-SHA256", signed, publicKey, bytes))
      : undefined;
  if (key === undefined) throw new TokenRefusal("go-jose/go-jose: error in cryptographic primitive");
  return { payload, key };
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text);
}

function decoded(part: string): Readonly<Record<string, unknown>> | undefined {
  if (part === "" || !isBase64Url(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
