/**
 * Where a failure lies, for callers that treat groups alike (the command's exit codes, for one).
 * - `setup`: what the caller gave is wrong; nothing was sent.
 * - `connection`: no answer came.
 * - `answer`: something answered, and it is not the Pipelines API.
 * - `access`: the caller is not known, or may not do this.
 * - `request`: the API refused this request.
 * - `server`: the API, or what stands before it, failed.
 * - `time`: one of the caller's clocks ran out.
 *
 * @example
 * import { type ErrorKind, isKfpError } from "@kfp-ts/sdk";
 *
 * const exitCodes: Partial<Record<ErrorKind, number>> = { connection: 3, answer: 3, time: 3, access: 4 };
 * const exitCodeOf = (error: unknown) => (isKfpError(error) ? (exitCodes[error.kind] ?? 1) : 1);
 * console.log(exitCodeOf(new Error("something else")));
 */
export type ErrorKind = "setup" | "connection" | "answer" | "access" | "request" | "server" | "time";

/**
 * What is known about an error code.
 *
 * @example
 * import { type ErrorEntry, errorCatalogue } from "@kfp-ts/sdk";
 *
 * const entries: ReadonlyArray<[string, ErrorEntry]> = Object.entries(errorCatalogue);
 * for (const [code, { title, remedy }] of entries) console.log(code, title, remedy);
 */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** A few words. */
  readonly title: string;
  /** What happened, in general. */
  readonly explanation: string;
  /** What to do about it, in general; an error's own `fix` is often more precise. */
  readonly remedy: string;
  /** Whether the same call may succeed a little later without anybody doing anything. */
  readonly transient: boolean;
}

/** Puts entries of one kind together. */
export const entriesOf =
  (kind: ErrorKind) =>
  (title: string, explanation: string, remedy: string, transient = false): ErrorEntry => ({
    kind,
    title,
    explanation,
    remedy,
    transient,
  });
