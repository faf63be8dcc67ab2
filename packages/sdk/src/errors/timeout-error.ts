import { KfpError, type KfpErrorParts } from "./kfp-error.ts";

/**
 * One of the caller's clocks ran out: that of an attempt, that of the whole call, or that of waiting for a run.
 *
 * @example
 * import { Client, TimeoutError } from "@kfp-ts/sdk";
 *
 * try {
 *   await new Client({ host: "http://localhost:3000" }).healthz.get({ timeoutMs: 500, maxRetries: 0 });
 * } catch (error) {
 *   if (error instanceof TimeoutError) console.error(`slower than ${error.timeoutMs} ms`);
 *   else throw error;
 * }
 */
export class TimeoutError extends KfpError {
  override readonly name: string = "TimeoutError";
  /** The time that there was, in milliseconds. */
  readonly timeoutMs: number;

  constructor(code: "TIMEOUT" | "TOTAL_TIMEOUT" | "WAIT_TIMEOUT", parts: KfpErrorParts, timeoutMs: number) {
    super(code, parts);
    this.timeoutMs = timeoutMs;
  }
}
