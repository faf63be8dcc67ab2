import { type StatusCode, StatusError } from "@kfp-ts/api";

/** Refusals that HTTP has a status for and gRPC has none. The code is the nearest that gRPC has. */
const REFUSALS = {
  /** The request did not arrive in time. */
  408: "DEADLINE_EXCEEDED",
  /** The body is larger than anything that could be meant. */
  413: "RESOURCE_EXHAUSTED",
  /** The request was meant for another server. */
  421: "FAILED_PRECONDITION",
} as const satisfies Readonly<Record<number, StatusCode>>;

/** A refusal whose HTTP status is not that of its gRPC code. */
export class HttpRefusal extends StatusError {
  readonly #httpStatus: keyof typeof REFUSALS;

  constructor(httpStatus: keyof typeof REFUSALS, message: string) {
    super(REFUSALS[httpStatus], message);
    this.#httpStatus = httpStatus;
  }

  override get httpStatus(): number {
    return this.#httpStatus;
  }
}
