import type { RunnerErrorCode } from "./catalogue.ts";

/**
 * Why something is not executed, or was not executed well. The message names the thing, the fact and the remedy; it
 * holds no secret.
 */
export class RunnerError extends Error {
  override readonly name = "RunnerError";
  readonly code: RunnerErrorCode;

  constructor(code: RunnerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
