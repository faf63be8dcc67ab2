/**
 * The Kubernetes API refused a call, failed, or could not be reached.
 *
 * `status` is 0 where there was no answer at all: refused, cut, timed out.
 */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  readonly status: number;
  /** Kubernetes' own word for it: `NotFound`, `Forbidden`, `Conflict`; empty where there is none. */
  readonly reason: string;
  /** What the server said in `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    options: {
      readonly status: number;
      readonly reason?: string;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.reason = options.reason ?? "";
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
