import { type Clock, systemClock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import { queryWriter } from "./kysely/dialect.ts";
import { migrate } from "./kysely/migrate.ts";
import { kyselyStore } from "./kysely/store.ts";
import { type StoreLog, silentLog } from "./log.ts";
import { postgresDialect } from "./postgres/dialect.ts";
import { PostgresEngine } from "./postgres/engine.ts";
import { migratePostgres } from "./postgres/migrate.ts";
import { openPostgres, postgresOpenFailure } from "./postgres/open.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";
import { SqliteEngine } from "./sqlite/engine.ts";
import { type OpenedSqlite, openSqliteFile, openSqliteMemory, sqliteOpenFailure } from "./sqlite/open.ts";

/** Where the store keeps its data. */
export type StoreDatabase =
  | { readonly kind: "memory" }
  /** `path` is that of the database file; its folder is made where there is none. */
  | { readonly kind: "sqlite"; readonly path: string }
  /** `url` is postgres://USER:PASSWORD@HOST:PORT/DATABASE. */
  | { readonly kind: "postgres"; readonly url: string };

/** What opening a store takes. */
export interface StoreOptions {
  readonly database: StoreDatabase;
  readonly clock?: Clock | undefined;
  /** Hears of migrations and of lost connections. */
  readonly log?: StoreLog | undefined;
}

/**
 * Opens a store, and brings its schema to the newest version.
 *
 * @throws StoreOpenError that names the database, what is wrong with it, and what to do.
 */
export async function openStore({ database, clock = systemClock, log = silentLog }: StoreOptions): Promise<Store> {
  switch (database.kind) {
    case "memory":
      return await openSqlite(await openSqliteMemory(), clock, log);
    case "sqlite":
      return await openSqlite(await openSqliteFile(database.path), clock, log);
    case "postgres":
      return await openOnPostgres(database.url, clock, log);
  }
}

async function openSqlite({ database, label }: OpenedSqlite, clock: Clock, log: StoreLog): Promise<Store> {
  const engine = new SqliteEngine(database, label);
  const db = queryWriter(sqliteDialect);
  try {
    const made = await engine.write(() => migrate({ db, dialect: sqliteDialect, clock, label }));
    logMigrations(log, label, made);
    return kyselyStore(engine, db);
  } catch (error) {
    await engine.close();
    throw sqliteOpenFailure(error, label);
  }
}

async function openOnPostgres(url: string, clock: Clock, log: StoreLog): Promise<Store> {
  const { pool, label } = await openPostgres(url, log);
  const engine = new PostgresEngine(pool, label);
  const db = queryWriter(postgresDialect);
  try {
    const made = await engine.write(() => migratePostgres({ db, dialect: postgresDialect, clock, label }));
    logMigrations(log, label, made);
    return kyselyStore(engine, db);
  } catch (error) {
    await engine.close();
    throw postgresOpenFailure(error, label);
  }
}

function logMigrations(log: StoreLog, label: string, made: readonly string[]): void {
  if (made.length > 0) log.info({ migrations: made }, `${label} was brought to the newest schema`);
}
