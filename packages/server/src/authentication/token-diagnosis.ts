import { readClaims, type TokenClaims } from "./token-claims.ts";

/** What is known of a refused token. */
export interface RefusedToken {
  readonly token: string;
  /** Those that the server needs. */
  readonly audiences: readonly string[];
  /** What the authority says. */
  readonly error: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How the API server words that a token's account, or the pod or secret that it is bound to, is not there any more. */
const GONE = /\b(?:not found|has been invalidated|has been deleted|does not match claim|no longer exists?)\b/i;

/** How it words that none of the keys of an issuer that it knows has signed the token. */
const FORGED = /\b(?:cryptographic primitive|verif(?:y|ied|ication)|invalid signature)\b/i;

/**
 * Says which of the things that are wrong with tokens it is, by what the token says of itself and what the authority
 * says of it; the token itself is not in it. The order is that of the remedies: a token that is for something else is
 * of no use even when it is renewed.
 */
export function diagnoseToken({ token, audiences, error, now }: RefusedToken): string {
  const claims = readClaims(token);
  if (claims === undefined) return "What was sent is not a JSON Web Token.";
  if (["", "none"].includes(claims.algorithm?.toLowerCase() ?? "")) {
    return "The token is not signed (alg none).";
  }
  return wrongAudience(claims, audiences) ?? wrongTime(claims, now) ?? notKnown(claims, error);
}

function wrongAudience(claims: TokenClaims, needed: readonly string[]): string | undefined {
  const missing = needed.filter((audience) => !claims.audiences.includes(audience));
  if (missing.length === 0) return undefined;
  const has = claims.audiences.slice(0, 5).map(quoted).join(", ");
  const needs = missing.map(quoted).join(", ");
  return `The token is for the audience ${has || "of nobody"}, and this server needs one for ${needs}.`;
}

function wrongTime({ expiresAt, notBefore }: TokenClaims, now: number): string | undefined {
  if (expiresAt !== undefined && expiresAt <= now) {
    return `The token expired at ${timeOf(expiresAt)}, ${durationOf(now - expiresAt)} ago.`;
  }
  if (notBefore !== undefined && notBefore > now) {
    return `The token is not valid before ${timeOf(notBefore)}, in ${durationOf(notBefore - now)}.`;
  }
  return undefined;
}

/** What only the authority can find out, by its words for it. */
function notKnown(claims: TokenClaims, error: string): string {
  const issuer = quoted(claims.issuer);
  if (GONE.test(error)) {
    return `${accountOf(claims)}, or the pod that the token is bound to, has been deleted since the token was made.`;
  }
  if (FORGED.test(error)) return `Its signature does not fit any key of its issuer ${issuer}.`;
  return `Its issuer ${issuer} or the key that it is signed with is not known here, or the signature is not right.`;
}

function accountOf({ subject }: TokenClaims): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject ?? "") ?? [];
  return name === undefined ? "Its account" : `The service account ${quoted(`${namespace}/${name}`)}`;
}

function timeOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

function durationOf(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  for (const [name, size] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    const count = Math.floor(seconds / size);
    if (count > 0) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return `${seconds} second${seconds === 1 ? "" : "s"}`;
}

/** A text of somebody else's, for a line of ours: cut, and in ASCII. */
export function quoted(text: string | undefined): string {
  if (text === undefined) return "(none)";
  return plain(JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text));
}

/** A text of somebody else's on one line, in ASCII, because it ends in a header. */
export function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
