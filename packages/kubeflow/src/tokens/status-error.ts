/** One of the fields that made a request invalid, as the details of a Kubernetes Status have it. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What a Kubernetes Status says beside its message. */
export interface StatusDetails {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly causes?: readonly StatusCause[] | undefined;
}

/** A refusal as the Kubernetes API words it: the message, the HTTP status and what its Status object holds. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  /** The HTTP status. */
  readonly code: number;
  /** Kubernetes' own word: `NotFound`, `Invalid`, `Forbidden`. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** Something that does not exist: `serviceaccounts "x" not found`. */
export function notFound(resource: string, name: string): StatusError {
  return new StatusError(404, "NotFound", `${resource} "${name}" not found`, { name, kind: resource });
}
