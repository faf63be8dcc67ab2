import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StatusError } from "@kfp-ts/api";
import { StoreOpenError } from "../open-error.ts";
import { loadSqliteDriver, type SqliteDatabase } from "./driver.ts";
import { reason, sqliteCode, sqliteCodes } from "./errors.ts";

/** "KFPT": by this number in its header a SQLite file says whose it is. */
const APPLICATION_ID = 0x4b465054;
/** How long another process may take to let go of the file, for one that stops while the next one starts. */
const BUSY_TIMEOUT_MS = 1000;

/** SQLite's own 2 MiB do not hold the indexes of a hundred thousand runs. */
const CACHE_KIB = 16 * 1024;

/** An open file, and how errors call it. */
export interface OpenedSqlite {
  readonly database: SqliteDatabase;
  readonly label: string;
}

/** A database that is gone when it is closed. */
export async function openSqliteMemory(): Promise<OpenedSqlite> {
  const Driver = await loadSqliteDriver();
  const database = new Driver(":memory:");
  database.exec("pragma foreign_keys = on");
  return { database, label: "the database in memory" };
}

/**
 * Opens a database file, and makes it where there is none: the folder 0700, the file 0600.
 *
 * It is held with SQLite's own exclusive lock. The lock belongs to the operating system, so that of a killed process is
 * gone with it, and a process id that was used again cannot deceive; and with it SQLite needs neither shared memory nor
 * a lock for each read. The file `<path>.pid` beside it decides nothing: it only tells who holds the lock.
 *
 * @throws StoreOpenError where it is in use, no database of ours, damaged, or cannot be written.
 */
export async function openSqliteFile(given: string): Promise<OpenedSqlite> {
  const path = resolve(given);
  createFile(path);
  const Driver = await loadSqliteDriver();
  let database: SqliteDatabase | undefined;
  try {
    database = new Driver(path);
    prepareFile(database, path);
    writeFileSync(pidFile(path), `${process.pid}\n`, { mode: 0o600 });
    return { database: removingPidFile(database, path), label: path };
  } catch (error) {
    database?.close();
    throw sqliteOpenFailure(error, path);
  }
}

function createFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives the files beside it the mode of this one.
    closeSync(openSync(path, "a", 0o600));
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  } catch (error) {
    throw new StoreOpenError(
      "NOT_WRITABLE",
      `${path} cannot be made or written (${reason(error)}). Give a data directory that this user may write to.`,
      { cause: error },
    );
  }
}

function prepareFile(database: SqliteDatabase, path: string): void {
  database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.exec("pragma locking_mode = exclusive");
  const [id] = database.prepare("pragma application_id").all() as { application_id: number }[];
  const [tables] = database.prepare("select count(*) as total from sqlite_schema").all() as { total: number }[];
  if (id?.application_id !== APPLICATION_ID && tables?.total !== 0) {
    throw new StoreOpenError(
      "NOT_A_STORE",
      `${path} is a SQLite database of another program. Give another data directory, or move the file away.`,
    );
  }
  database.exec("pragma journal_mode = wal");
  database.exec("pragma synchronous = full");
  database.exec("pragma foreign_keys = on");
  database.exec(`pragma cache_size = -${CACHE_KIB}`);
  database.exec("begin immediate");
  database.exec(`pragma application_id = ${APPLICATION_ID}`);
  database.exec("commit");
}

const pidFile = (path: string): string => `${path}.pid`;

function removingPidFile(database: SqliteDatabase, path: string): SqliteDatabase {
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    close: () => {
      // First, because once the lock is gone the file is another process's.
      rmSync(pidFile(path), { force: true });
      letGo(database);
      database.close();
    },
  };
}

/**
 * Gives the lock back, and leaves one file that can be copied. Closing does not do it for sure: where the driver leaves
 * prepared statements to the garbage collector, SQLite keeps the file until that has come.
 */
function letGo(database: SqliteDatabase): void {
  try {
    // In this order: the lock of a database in WAL mode stays exclusive once it was.
    database.exec("pragma journal_mode = delete");
    database.exec("pragma locking_mode = normal");
    database.exec("select count(*) from sqlite_schema");
  } catch {
    // A full disk, say. What was committed is in the WAL file, from which the next one to open it goes on.
  }
}

/** What an error at the start means for the one who runs the server. */
export function sqliteOpenFailure(error: unknown, path: string): unknown {
  // While migrating, the engine has already said what the error means for a caller; here the one beneath it counts.
  const cause = error instanceof StatusError ? error.cause : error;
  const options = { cause };
  switch (sqliteCode(cause)) {
    case sqliteCodes.BUSY:
      return new StoreOpenError(
        "IN_USE",
        `${path} is in use by another process${holder(path)}. Stop that one, or give another data directory.`,
        options,
      );
    case sqliteCodes.NOTADB:
      return new StoreOpenError(
        "NOT_A_STORE",
        `${path} is not a database. Give another data directory, or move the file away.`,
        options,
      );
    case sqliteCodes.CORRUPT:
      return new StoreOpenError(
        "DAMAGED",
        `${path} is damaged (${reason(cause)}). Put a backup in its place, or give another data directory.`,
        options,
      );
    case sqliteCodes.FULL:
      return new StoreOpenError("DISK_FULL", `The disk of ${path} is full. Free some space and start again.`, options);
    case undefined:
      return error;
    default:
      return new StoreOpenError(
        "NOT_WRITABLE",
        `${path} cannot be opened (${reason(cause)}). Give a data directory on a local disk that this user may write to.`,
        options,
      );
  }
}

function holder(path: string): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(pidFile(path), "utf8"), 10)})`;
  } catch {
    return "";
  }
}
