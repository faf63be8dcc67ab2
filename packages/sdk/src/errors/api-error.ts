import type { ErrorCode } from "./catalogue.ts";
import { KfpError, type KfpErrorParts } from "./kfp-error.ts";

/** What is known of a call that was answered. */
export interface AnsweredCall {
  /** Resource and verb: `runs.get`. */
  readonly operation: string;
  readonly method: string;
  /** The path that was asked for, without its query. */
  readonly path: string;
  readonly status: number;
  /** What the server calls this request in its log, where it says so. */
  readonly requestId?: string | undefined;
  /** The gRPC code in the body, where there is one. */
  readonly grpcCode?: number | undefined;
}

/**
 * Something answered with HTTP, and it is not what was asked for: a refusal of the API, or something else that stands
 * in its place (a login page, a proxy, another program).
 *
 * @example
 * import { ApiError, Client } from "@kfp-ts/sdk";
 *
 * try {
 *   await new Client({ host: "http://localhost:3000" }).runs.terminate("no-such-id");
 * } catch (error) {
 *   if (error instanceof ApiError) console.error(error.status, error.operation, error.requestId);
 *   else throw error;
 * }
 */
export class ApiError extends KfpError {
  override readonly name: string = "ApiError";
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly grpcCode: number | undefined;

  constructor(code: ErrorCode, parts: KfpErrorParts, call: AnsweredCall) {
    super(code, parts);
    this.operation = call.operation;
    this.method = call.method;
    this.path = call.path;
    this.status = call.status;
    this.requestId = call.requestId;
    this.grpcCode = call.grpcCode;
  }
}
