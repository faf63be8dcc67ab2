import { type RunnerErrorCode, runnerErrors } from "./catalogue.ts";

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

  /** What to do about it, where the message does not say it better. */
  get fix(): string {
    return runnerErrors[this.code].remedy;
  }
}
