/**
 * A request that is about to be sent. Headers that hold secrets are masked.
 *
 * @example
 * import type { RequestEvent } from "@kfp-ts/sdk";
 *
 * const onRequest = ({ method, url, attempt }: RequestEvent) => console.error(method, url, attempt);
 */
export interface RequestEvent {
  /** Resource and verb: `runs.get`. */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/**
 * The answer to a request. Headers that hold secrets are masked.
 *
 * @example
 * import type { ResponseEvent } from "@kfp-ts/sdk";
 *
 * const onResponse = ({ status, durationMs }: ResponseEvent) => console.error(status, `${Math.round(durationMs)} ms`);
 */
export interface ResponseEvent extends RequestEvent {
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** From sending to the last byte, in milliseconds. */
  readonly durationMs: number;
}

/**
 * A request that was not answered.
 *
 * @example
 * import type { FailureEvent } from "@kfp-ts/sdk";
 *
 * const onFailure = ({ operation, error }: FailureEvent) => console.error(operation, error);
 */
export interface FailureEvent extends RequestEvent {
  readonly error: unknown;
  /** From sending to the failure, in milliseconds. */
  readonly durationMs: number;
}

/**
 * A call that will be tried again.
 *
 * @example
 * import type { RetryEvent } from "@kfp-ts/sdk";
 *
 * const onRetry = ({ operation, delayMs }: RetryEvent) => console.error(`${operation} again in ${delayMs} ms`);
 */
export interface RetryEvent extends RequestEvent {
  readonly error: unknown;
  /** How long it waits before the next attempt, in milliseconds. */
  readonly delayMs: number;
}

/**
 * Sees every attempt. For logs and measurements: it can change nothing, and what it throws is ignored.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({
 *   host: "http://localhost:3000",
 *   observer: { onResponse: ({ method, url, status, durationMs }) => console.error(method, url, status, durationMs) },
 * });
 * console.log(kfp.host);
 */
export interface RequestObserver {
  onRequest?(event: RequestEvent): void;
  onResponse?(event: ResponseEvent): void;
  onFailure?(event: FailureEvent): void;
  onRetry?(event: RetryEvent): void;
}

const SECRET =
  /^(authorization|proxy-authorization|cookie|set-cookie|.*(token|secret|password|api-?key|credential).*)$/i;

/** Whether a header of this name holds a secret. */
export function isSecretHeader(name: string): boolean {
  return SECRET.test(name);
}

/** Headers as they may be shown: of a secret, only its scheme or the name of a cookie is left. */
export function maskedHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    shown[name] = isSecretHeader(name) ? masked(name, value) : typeof value === "string" ? value : value.join(", ");
  }
  return shown;
}

function masked(name: string, value: string | readonly string[]): string {
  const text = typeof value === "string" ? value : value.join("; ");
  const visible = /cookie$/i.test(name)
    ? /^\s*([\w-]+)=/.exec(text)?.[1]
    : /^(Bearer|Basic|Digest|Negotiate)\s/i.exec(text)?.[1];
  if (visible === undefined) return "***";
  return /cookie$/i.test(name) ? `${visible}=***` : `${visible} ***`;
}

/** Tells an observer; what it throws must not hurt the call. */
export function tell<E>(listener: ((event: E) => void) | undefined, event: () => E): void {
  if (listener === undefined) return;
  try {
    listener(event());
  } catch {
    // An observer only looks on.
  }
}
