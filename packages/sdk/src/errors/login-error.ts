import type { ErrorCode } from "./catalogue.ts";
import { KfpError, type KfpErrorParts } from "./kfp-error.ts";

/**
 * One exchange of a login.
 *
 * @example
 * import type { LoginStep } from "@kfp-ts/sdk";
 *
 * const describe = ({ method, origin, path, status }: LoginStep) => `${method} ${origin}${path}: ${status}`;
 * console.log(describe.length);
 */
export interface LoginStep {
  readonly method: string;
  readonly origin: string;
  /** Without the query, which holds secrets. */
  readonly path: string;
  readonly status: number;
}

/**
 * A login that came to no good end; its code begins with `LOGIN_`. It holds no password, no cookie and no query.
 *
 * @example
 * import { Client, dexPassword, LoginError } from "@kfp-ts/sdk";
 *
 * const credentials = dexPassword({ username: "user@example.com", password: "12341234", connector: "local" });
 * const kfp = new Client({ host: "http://localhost:8080/pipeline", credentials });
 * try {
 *   await kfp.healthz.get();
 * } catch (error) {
 *   if (!(error instanceof LoginError)) throw error;
 *   console.error(error.code, error.message, error.steps);
 * }
 */
export class LoginError extends KfpError {
  override readonly name = "LoginError";
  /** The way that the login took, from its first page on. */
  readonly steps: readonly LoginStep[];
  /** How long the other side asks to wait before the next login, in milliseconds; undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, parts: KfpErrorParts, steps: readonly LoginStep[], retryAfterMs?: number) {
    super(code, parts);
    this.steps = steps;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The way of a login in a few lines: `GET /pipeline 302, GET /dex/auth 200`. */
export function wayOf(steps: readonly LoginStep[], home: string): string {
  const shown = steps.slice(-12).map(({ method, origin, path, status }) => {
    return `${method} ${origin === home ? "" : origin}${path.slice(0, 80)} ${status}`;
  });
  return shown.join(", ");
}
