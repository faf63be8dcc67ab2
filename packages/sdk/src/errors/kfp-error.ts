import { type ErrorCode, errorCatalogue, pageOf } from "./catalogue.ts";
import type { ErrorKind } from "./error-entry.ts";

/** Marks errors of this package, also those of another copy of it in the same program. */
const brand: unique symbol = Symbol.for("@kfp-ts/sdk/error") as never;

/** What an error is made of beside its code. */
export interface KfpErrorParts {
  /** The fact, with the thing that it is about. Never holds a secret. */
  readonly message: string;
  /** What to do about it; the catalogue's remedy where none is given. */
  readonly fix?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Base of every error that this package makes: `code` is stable and says which situation it is, `message` is the fact,
 * `fix` is what to do about it. What a caller's own `AbortSignal` was aborted with is thrown as it is and is none.
 *
 * @example
 * import { Client, isKfpError } from "@kfp-ts/sdk";
 *
 * try {
 *   await new Client({ host: "http://localhost:3000" }).experiments.get("no-such-id");
 * } catch (error) {
 *   if (!isKfpError(error)) throw error;
 *   console.error(error.code, error.message, error.fix);
 * }
 */
export class KfpError extends Error {
  override readonly name: string = "KfpError";
  readonly code: ErrorCode;
  readonly fix: string;

  constructor(code: ErrorCode, parts: KfpErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.fix = parts.fix ?? errorCatalogue[code].remedy;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Where the failure lies. */
  get kind(): ErrorKind {
    return errorCatalogue[this.code].kind;
  }

  /** The page of the documentation about it: `docs/errors/NOT_FOUND.md`. `kfp-ts explain NOT_FOUND` shows the same. */
  get docs(): string {
    return pageOf(this.code);
  }

  /** Whether the same call may succeed a little later without anybody doing anything. */
  get transient(): boolean {
    return errorCatalogue[this.code].transient;
  }
}

/**
 * Whether something that was caught is an error of this package, whichever copy of it made it.
 *
 * @example
 * import { Client, isKfpError } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const run = await kfp.runs.get("some-id").catch((error: unknown) => {
 *   if (isKfpError(error) && error.code === "NOT_FOUND") return undefined;
 *   throw error;
 * });
 * console.log(run?.state);
 */
export function isKfpError(error: unknown): error is KfpError {
  return error instanceof KfpError || (typeof error === "object" && error !== null && brand in error);
}
