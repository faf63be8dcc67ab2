import { StatusError } from "./status-error.ts";

/** A request for a token, in the terms of Kubernetes' TokenRequest. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Whom the token is for. @default the issuer, which is the Kubernetes API itself */
  readonly audiences?: readonly string[] | undefined;
  /** In seconds, 600 to 2^32. @default 3600 */
  readonly expirationSeconds?: number | undefined;
}

/** How long a token lives when nothing is said, in seconds. */
export const DEFAULT_EXPIRATION_SECONDS = 3600;
const SHORTEST = 600;
const LONGEST = 2 ** 32;

/**
 * How long a token is to live.
 *
 * @returns seconds.
 * @throws StatusError 422, worded as the Kubernetes API words it.
 */
export function checkedExpiration(seconds: number = DEFAULT_EXPIRATION_SECONDS): number {
  if (seconds < SHORTEST) throw invalidExpiration(seconds, "may not specify a duration less than 10 minutes");
  if (seconds > LONGEST) throw invalidExpiration(seconds, "may not specify a duration larger than 2^32 seconds");
  return seconds;
}

function invalidExpiration(value: number, rule: string): StatusError {
  const field = "spec.expirationSeconds";
  const message = `Invalid value: ${value}: ${rule}`;
  return new StatusError(422, "Invalid", `TokenRequest.authentication.k8s.io "" is invalid: ${field}: ${message}`, {
    group: "authentication.k8s.io",
    kind: "TokenRequest",
    causes: [{ reason: "FieldValueInvalid", message, field }],
  });
}
