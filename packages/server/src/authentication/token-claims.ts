/** What a token says of itself. Nothing of it is proven: it serves to explain a refusal, and to forget in time. */
export interface TokenClaims {
  readonly algorithm: string | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audiences: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  /** Milliseconds since 1970. */
  readonly notBefore: number | undefined;
}

/**
 * Reads a JSON Web Token without checking it.
 *
 * @returns undefined where it is none.
 */
export function readClaims(token: string): TokenClaims | undefined {
  const [head, payload, signature, ...more] = token.split(".");
  if (head === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  const header = objectIn(head);
  const claims = objectIn(payload);
  if (header === undefined || claims === undefined) return undefined;
  const { aud } = claims;
  return {
    algorithm: textOr(header.alg),
    issuer: textOr(claims.iss),
    subject: textOr(claims.sub),
    audiences: (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === "string"),
    expiresAt: instantOf(claims.exp),
    notBefore: instantOf(claims.nbf),
  };
}

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** From seconds, as long as it is an instant that a Date can be. */
function instantOf(seconds: unknown): number | undefined {
  return typeof seconds === "number" && Math.abs(seconds) < 8.64e12 ? seconds * 1000 : undefined;
}
