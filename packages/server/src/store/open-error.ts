/** Why a database cannot be opened. */
export type StoreOpenCode =
  /** Another process has it open. */
  | "IN_USE"
  /** The file is something else. */
  | "NOT_A_STORE"
  /** The file is damaged. */
  | "DAMAGED"
  /** A newer version of this program has written it. */
  | "NEWER"
  | "DISK_FULL"
  /** The file or its folder cannot be made or written. */
  | "NOT_WRITABLE"
  /** The database server does not answer, or refuses. */
  | "UNREACHABLE"
  /** What was given as a database is none. */
  | "INVALID";

/** A database that cannot be opened. The message names the database, the fact and the remedy, and never a password. */
export class StoreOpenError extends Error {
  override readonly name = "StoreOpenError";
  readonly code: StoreOpenCode;

  constructor(code: StoreOpenCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
