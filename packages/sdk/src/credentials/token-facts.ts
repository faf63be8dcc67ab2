/** What a token says of itself, as far as it may be shown: none of it lets anybody in. Nobody has checked it here. */
export interface TokenFacts {
  /** `sub`: whom it stands for, such as `system:serviceaccount:team-a:default-editor`. */
  readonly subject: string | undefined;
  /** `email`: the address of whoever it stands for. */
  readonly email: string | undefined;
  /** `iss`: who issued it. */
  readonly issuer: string | undefined;
  /** `aud`: for whom it is meant. */
  readonly audiences: readonly string[];
  /** `exp`: until when it is valid. */
  readonly expiresAt: Date | undefined;
}

/** Longer names than these are not shown whole: they come from a file that anybody may have written. */
const LONGEST_SHOWN = 200;

/** The facts of a token that is a JWT; undefined for any other, whose parts are all secret. */
export function tokenFacts(token: string): TokenFacts | undefined {
  const [, payload, signature, ...more] = token.split(".");
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const claims = parseClaims(payload);
  if (claims === undefined) return undefined;
  const { sub, email, iss, aud, exp } = claims;
  const audiences = (Array.isArray(aud) ? (aud as readonly unknown[]) : [aud]).map(shown);
  return {
    subject: shown(sub),
    email: shown(email),
    issuer: shown(iss),
    audiences: audiences.filter((audience) => audience !== undefined),
    expiresAt: instant(exp),
  };
}

/** The facts of the token in the value of an `Authorization` header. */
export function bearerFacts(authorization: string | undefined): TokenFacts | undefined {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization?.trim() ?? "")?.[1];
  return token === undefined ? undefined : tokenFacts(token);
}

function parseClaims(payload: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function shown(claim: unknown): string | undefined {
  if (typeof claim !== "string" || claim === "") return undefined;
  return claim.replace(/[^\x20-\x7e]/g, "?").slice(0, LONGEST_SHOWN);
}

/** Seconds since 1970; what no date can hold is no instant. */
function instant(exp: unknown): Date | undefined {
  if (typeof exp !== "number") return undefined;
  const date = new Date(exp * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
