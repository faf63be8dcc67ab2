import type { ErrorCode } from "../errors/catalogue.ts";
import { ConnectionError } from "../errors/connection-error.ts";
import type { KfpError } from "../errors/kfp-error.ts";

/** Nothing was sent: what the caller gave does not work. */
const unsent: ReadonlySet<ErrorCode> = new Set([
  "CREDENTIALS_FAILED",
  "CREDENTIALS_COMMAND_FAILED",
  "BROWSER_LOGIN_FAILED",
  "TOKEN_FILE_MISSING",
  "TOKEN_FILE_UNREADABLE",
  "TOKEN_FILE_INVALID",
  "TOKEN_REQUEST_FAILED",
  "CLUSTER_DENIED",
  "LOGIN_PAUSED",
]);

/** It answers, is no API that can be used, and asking elsewhere would not help. */
const final: ReadonlySet<ErrorCode> = new Set([
  "REDIRECTED",
  "HOST_NOT_ALLOWED",
  "TOO_LARGE",
  "HEADERS_TOO_LARGE",
  "RATE_LIMITED",
]);

/**
 * What a failed question says of an endpoint; undefined where it says nothing, as something else answered.
 *
 * - `unsent`: nobody was asked.
 */
export function kindOf(error: KfpError): "unsent" | "guarded" | "mesh-denied" | "unreachable" | "other" | undefined {
  const { code, kind } = error;
  if (kind === "setup" || unsent.has(code)) return "unsent";
  if (code === "MESH_DENIED") return "mesh-denied";
  if (final.has(code)) return "other";
  if (kind === "access") return "guarded";
  // A port that speaks something else, no TLS, or broken HTTP answers; but there is nobody to be asked more.
  if (error instanceof ConnectionError) return "unreachable";
  if (kind === "connection" || kind === "time" || kind === "server") return "unreachable";
  return undefined;
}
