import type { AnyOperation } from "@kfp-ts/api";
import type { ErrorCode } from "../errors/catalogue.ts";
import type { KfpError } from "../errors/kfp-error.ts";

/**
 * What may be sent again after an answer was lost, beside reads: the second time changes nothing more. Not among them is
 * what creates something, `terminate` and `retry`, which a server refuses the second time, and uploads.
 */
const repeatable: ReadonlySet<string> = new Set([
  "experiments.archive",
  "experiments.unarchive",
  "experiments.delete",
  "pipelines.update",
  "pipelines.delete",
  "pipelineVersions.update",
  "pipelineVersions.delete",
  "runs.archive",
  "runs.unarchive",
  "runs.delete",
  "recurringRuns.enable",
  "recurringRuns.disable",
  "recurringRuns.delete",
]);

/** Failures that a second attempt may not meet. A refused connection is none: whoever mistypes a port wants to know at once. */
const worthRetrying: ReadonlySet<ErrorCode> = new Set([
  "CONNECTION_LOST",
  "CONNECT_TIMEOUT",
  "NAME_LOOKUP_FAILED",
  "TIMEOUT",
  "RATE_LIMITED",
  "SERVER_UNAVAILABLE",
  "UPSTREAM_FAILED",
  "GATEWAY_TIMEOUT",
  "TUNNEL_FAILED",
  "CLUSTER_UNREACHABLE",
]);

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Whether an operation can be sent again without harm. */
export function isRepeatable(operation: AnyOperation): boolean {
  return operation.method === "GET" || repeatable.has(operation.id);
}

/** Whether a failure may pass. */
export function isWorthRetrying(error: KfpError): boolean {
  return worthRetrying.has(error.code);
}

/**
 * How long to wait before the next attempt, in milliseconds: what the server asks for, else twice as long each time, at
 * most 8 s, less up to a quarter at random so that many clients do not come back at the same moment.
 *
 * @param attempt - How many attempts there were.
 * @param retryAfter - The server's `Retry-After` header: seconds or a date.
 * @returns undefined where the server asks for more than a minute: then it is no hiccup.
 */
export function retryDelay(attempt: number, retryAfter: string | undefined, random = Math.random): number | undefined {
  const asked = retryAfterMs(retryAfter);
  if (asked !== undefined) return asked <= LONGEST_RETRY_AFTER_MS ? asked : undefined;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)) * (1 - random() / 4);
}

function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  const delay = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}
