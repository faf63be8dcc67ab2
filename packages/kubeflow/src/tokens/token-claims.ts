import { TokenRefusal } from "./token-review.ts";

/** What a service account token says, as far as it is looked at. Times are in seconds since 1970. */
export interface TokenClaims {
  readonly audiences: readonly string[];
  readonly expires: number | undefined;
  readonly issuedAt: number | undefined;
  readonly notBefore: number | undefined;
  readonly id: string | undefined;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly uid: string;
  /** Whether it ends with an object: a pod, a secret, a node. */
  readonly bound: boolean;
}

/** How far clocks may be apart, in seconds: what Kubernetes grants. */
const LEEWAY = 60;

/** Reads the claims of a token whose signature is good. @throws TokenRefusal */
export function readClaims(payload: Readonly<Record<string, unknown>>, issuer: string): TokenClaims {
  const kubernetes = recordOf(payload["kubernetes.io"]);
  const serviceAccount = recordOf(kubernetes.serviceaccount);
  const audiences = audiencesIn(payload.aud);
  return {
    // A token without an audience is one for the issuer itself.
    audiences: audiences.length === 0 ? [issuer] : audiences,
    expires: instantIn(payload.exp),
    issuedAt: instantIn(payload.iat),
    notBefore: instantIn(payload.nbf),
    id: typeof payload.jti === "string" && payload.jti !== "" ? payload.jti : undefined,
    namespace: textIn(kubernetes.namespace),
    serviceAccount: textIn(serviceAccount.name),
    uid: textIn(serviceAccount.uid),
    bound: ["pod", "secret", "node"].some((kind) => textIn(recordOf(kubernetes[kind]).name) !== ""),
  };
}

/** Checks that a token is valid at an instant (in milliseconds). @throws TokenRefusal */
export function checkTimes({ expires, issuedAt, notBefore }: TokenClaims, now: number): void {
  const seconds = now / 1000;
  if (notBefore !== undefined && seconds + LEEWAY < notBefore) {
    throw new TokenRefusal("service account token is not valid yet");
  }
  if (expires !== undefined && seconds - LEEWAY > expires) {
    throw new TokenRefusal("service account token has expired");
  }
  if (issuedAt !== undefined && seconds + LEEWAY < issuedAt) {
    throw new TokenRefusal("service account token is issued in the future");
  }
}

/** Those of the audiences asked for that the token is for. @throws TokenRefusal where there is none */
export function sharedAudiences({ audiences }: TokenClaims, asked: readonly string[]): readonly string[] {
  const shared = asked.filter((audience) => audiences.includes(audience));
  if (shared.length > 0) return shared;
  throw new TokenRefusal(`token audiences ${quoted(audiences)} is invalid for the target audiences ${quoted(asked)}`);
}

function quoted(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(" ")}]`;
}

function audiencesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function instantIn(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  throw new TokenRefusal("go-jose/go-jose/jwt: expected number value to unmarshal NumericDate");
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
