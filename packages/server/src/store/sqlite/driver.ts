/** What is needed of a SQLite database; `node:sqlite` and `@photostructure/sqlite` both have it. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** A prepared statement. */
export interface SqliteStatement {
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { readonly changes: number | bigint };
  /** Rows as arrays: not before Node 22.16. */
  setReturnArrays?(returnArrays: boolean): void;
  columns?(): ReadonlyArray<{ readonly name: string }>;
}

/** The class whose instances are open databases. */
export type SqliteDriver = new (path: string) => SqliteDatabase;

/** Node's own SQLite where this Node has one without a flag (from 22.13), else the package with the same interface. */
export async function loadSqliteDriver(): Promise<SqliteDriver> {
  const builtin = withoutWarning(() => process.getBuiltinModule?.("node:sqlite"));
  return driverOf(builtin) ?? (await import("@photostructure/sqlite")).DatabaseSync;
}

function driverOf(module: object | undefined): SqliteDriver | undefined {
  if (module === undefined || !("DatabaseSync" in module)) return undefined;
  return module.DatabaseSync as SqliteDriver;
}

/** Node says with a warning that its SQLite may still change. What we use of it is tested with every Node we support. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
