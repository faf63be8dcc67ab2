import type { ErrorCode } from "../errors/catalogue.ts";
import { KfpError, type KfpErrorParts } from "../errors/kfp-error.ts";
import type { ConnectStep } from "./connect-step.ts";

/**
 * No connection came about. Its code is that of the reason, which is its `cause`; `steps` is everything that was looked
 * at before.
 *
 * @example
 * import { ConnectError, connect } from "@kfp-ts/sdk";
 *
 * try {
 *   await connect({ host: "http://localhost:1" });
 * } catch (error) {
 *   if (!(error instanceof ConnectError)) throw error;
 *   console.error(error.code, error.fix, error.steps.map(({ source, fact }) => `${source}: ${fact}`));
 * }
 */
export class ConnectError extends KfpError {
  override readonly name = "ConnectError";
  /** Everything that was looked at, in order. */
  readonly steps: readonly ConnectStep[];

  constructor(code: ErrorCode, parts: KfpErrorParts, steps: readonly ConnectStep[]) {
    super(code, parts);
    this.steps = steps;
  }
}
