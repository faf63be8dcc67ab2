import { type StatusCode, statusCodes } from "./status-codes.ts";

/**
 * A refusal with a status code: what a service throws and a route answers with.
 *
 * `message` is for the caller: it names the thing, the fact and, where there is one, the remedy, and it never holds a
 * secret. `cause` stays on this side of the wire.
 */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: StatusCode;

  constructor(code: StatusCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The HTTP status of the answer. */
  get httpStatus(): number {
    return statusCodes[this.code].http;
  }
}

/** The client sent something that can never be right: 400. */
export function invalidArgument(message: string, options?: ErrorOptions): StatusError {
  return new StatusError("INVALID_ARGUMENT", message, options);
}

/** The thing that was asked for is not there: 404. `kind` is upstream's word for it ("Run", "Job", "Experiment"). */
export function notFound(kind: string, id: string): StatusError {
  return new StatusError("NOT_FOUND", `${kind} ${id} not found`);
}
