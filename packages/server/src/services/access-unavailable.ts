import { StatusError } from "@kfp-ts/api";

/** Whoever knows who callers are, or what they may do, cannot be asked now. Nobody is let in for that. */
export class AccessUnavailable extends StatusError {
  /** After how many seconds it makes sense to ask again. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, cause: Error) {
    super(
      "UNAVAILABLE",
      "Service unavailable: who is calling and what they may do cannot be found out now. Try again.",
      { cause },
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
