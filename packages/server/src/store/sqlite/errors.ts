import { invalidArgument, StatusError } from "@kfp-ts/api";

/** SQLite's primary result codes that are told apart. */
export const sqliteCodes = {
  BUSY: 5,
  NOMEM: 7,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  TOOBIG: 18,
  NOTADB: 26,
} as const;

/** What SQLite says for them where it says nothing else. */
const texts = new Map<string, number>([
  ["database is locked", sqliteCodes.BUSY],
  ["out of memory", sqliteCodes.NOMEM],
  ["attempt to write a readonly database", sqliteCodes.READONLY],
  ["disk I/O error", sqliteCodes.IOERR],
  ["database disk image is malformed", sqliteCodes.CORRUPT],
  ["database or disk is full", sqliteCodes.FULL],
  ["unable to open database file", sqliteCodes.CANTOPEN],
  ["string or blob too big", sqliteCodes.TOOBIG],
  ["file is not a database", sqliteCodes.NOTADB],
]);

/** The primary result code of an error of SQLite, 1 where it is not known, undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") return undefined;
  // @photostructure/sqlite 1 gives no number where a statement that returns rows fails.
  if (!("errcode" in error) || typeof error.errcode !== "number") return texts.get(error.message) ?? 1;
  // The extended code has the primary one in its lowest byte.
  return error.errcode & 0xff;
}

/** What an error means for the one who called. An error that is not SQLite's stays as it is. */
export function sqliteFailure(error: unknown, label: string): unknown {
  const options = { cause: error };
  switch (sqliteCode(error)) {
    case sqliteCodes.FULL:
      return new StatusError(
        "UNAVAILABLE",
        `The disk of ${label} is full, so nothing was stored. Free some space and try again.`,
        options,
      );
    case sqliteCodes.IOERR:
    case sqliteCodes.READONLY:
    case sqliteCodes.CANTOPEN:
    case sqliteCodes.BUSY:
    case sqliteCodes.NOMEM:
      return new StatusError(
        "UNAVAILABLE",
        `${label} cannot be read or written at the moment (${reason(error)}), so nothing was stored. Look after the disk and try again.`,
        options,
      );
    case sqliteCodes.CORRUPT:
    case sqliteCodes.NOTADB:
      return new StatusError(
        "DATA_LOSS",
        `${label} is damaged. Stop the server and put a backup in its place, or give it another data directory.`,
        options,
      );
    case sqliteCodes.TOOBIG:
      return invalidArgument("The text is larger than the database can store.", options);
    default:
      return error;
  }
}

/** SQLite's own words. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
