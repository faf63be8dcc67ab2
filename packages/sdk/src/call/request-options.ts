/**
 * What every call takes as its last argument. What is left out is as the client has it.
 *
 * @example
 * import { Client } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * console.log(await kfp.healthz.get({ timeoutMs: 2_000, maxRetries: 0, signal: AbortSignal.timeout(5_000) }));
 */
export interface RequestOptions {
  /** Aborts the call; it is then rejected with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take, in milliseconds. @default 30 000; 300 000 for an upload */
  readonly timeoutMs?: number | undefined;
  /** How long all attempts together may take, with the waits between them, in milliseconds. @default 120 000; 300 000 for an upload */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * How often a call is tried again that can be repeated without harm: reads, deletions and changes that set something.
   * What creates something is never sent twice. @default 2
   */
  readonly maxRetries?: number | undefined;
  /** Headers to add; they win over those of the client. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
