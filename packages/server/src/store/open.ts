import { type Clock, systemClock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import { queryWriter } from "./kysely/dialect.ts";
import { migrate } from "./kysely/migrate.ts";
import { kyselyStore } from "./kysely/store.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";
import { SqliteEngine } from "./sqlite/engine.ts";
import { type OpenedSqlite, openSqliteFile, openSqliteMemory } from "./sqlite/open.ts";

/** Where the store keeps its data. */
export type StoreDatabase =
  | { readonly kind: "memory" }
  /** `path` is that of the database file; its folder is made where there is none. */
  | { readonly kind: "sqlite"; readonly path: string };

/** What opening a store takes. */
export interface StoreOptions {
  readonly database: StoreDatabase;
  readonly clock?: Clock | undefined;
}

/**
 * Opens a store, and brings its schema to the newest version.
 *
 * @throws StoreOpenError that names the database, what is wrong with it, and what to do.
 */
export async function openStore({ database, clock = systemClock }: StoreOptions): Promise<Store> {
  switch (database.kind) {
    case "memory":
      return await openSqlite(await openSqliteMemory(), clock);
    case "sqlite":
      return await openSqlite(await openSqliteFile(database.path), clock);
  }
}

async function openSqlite({ database, label }: OpenedSqlite, clock: Clock): Promise<Store> {
  const engine = new SqliteEngine(database, label);
  const db = queryWriter(sqliteDialect);
  try {
    await engine.write(() => migrate({ db, dialect: sqliteDialect, clock, label }));
  } catch (error) {
    await engine.close();
    throw error;
  }
  return kyselyStore(engine, db);
}
