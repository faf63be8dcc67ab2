/** Whoever reviews tokens or access cannot be asked now, or fails. Nobody is let in for that, and nobody is refused. */
export class ReviewUnavailableError extends Error {
  override readonly name = "ReviewUnavailableError";
  /** After how many seconds it makes sense to ask again. */
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { readonly retryAfterSeconds: number; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
