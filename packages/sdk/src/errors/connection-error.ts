import type { ErrorCode } from "./catalogue.ts";
import { KfpError, type KfpErrorParts } from "./kfp-error.ts";

/**
 * No answer came: the endpoint cannot be reached, or the connection broke.
 *
 * @example
 * import { Client, ConnectionError } from "@kfp-ts/sdk";
 *
 * try {
 *   await new Client({ host: "http://localhost:1" }).healthz.get();
 * } catch (error) {
 *   if (error instanceof ConnectionError) console.error(`${error.host}: ${error.fix}`);
 *   else throw error;
 * }
 */
export class ConnectionError extends KfpError {
  override readonly name: string = "ConnectionError";
  /** The endpoint. */
  readonly host: string;

  constructor(code: ErrorCode, parts: KfpErrorParts, host: string) {
    super(code, parts);
    this.host = host;
  }
}
