import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Store } from "../../src/ports/store.ts";
import { openStore, type StoreDatabase } from "../../src/store/open.ts";
import { loadSqliteDriver } from "../../src/store/sqlite/driver.ts";

/** A database to open stores on, empty at first. */
export interface Place {
  readonly database: StoreDatabase;
  remove(): Promise<void>;
}

/** An adapter of the store's port. */
export interface Adapter {
  readonly name: string;
  make(): Promise<Place>;
}

const sqliteFile: Adapter = {
  name: "SQLite in a file",
  make: async () => {
    const directory = await mkdtemp(join(tmpdir(), "kfp-ts-store-"));
    return {
      database: { kind: "sqlite", path: join(directory, "data", "kfp.db") },
      remove: () => rm(directory, { recursive: true, force: true }),
    };
  },
};

const sqliteMemory: Adapter = {
  name: "SQLite in memory",
  make: async () => ({ database: { kind: "memory" }, remove: async () => {} }),
};

/** Where a PostgreSQL server is, whose user may create databases. */
export const postgresUrl: string | undefined = process.env.KFP_TS_TEST_POSTGRES_URL;

/** Each place is a database of its own: the test files run at the same time. */
const postgres: Adapter = {
  name: "PostgreSQL",
  make: async () => {
    const name = `kfp_ts_test_${crypto.randomUUID().replaceAll("-", "")}`;
    await onServer(`create database ${name} template template0 encoding 'UTF8'`);
    const url = new URL(postgresUrl ?? "");
    url.pathname = `/${name}`;
    return {
      database: { kind: "postgres", url: url.href },
      remove: () => onServer(`drop database ${name} with (force)`),
    };
  },
};

/** Runs a statement on the PostgreSQL server. */
export async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

// PostgreSQL is tested where KFP_TS_TEST_POSTGRES_URL names a server, as it does in CI: nobody has to install one.
/** All adapters that can be tested here. */
export const adapters: readonly Adapter[] = [
  sqliteFile,
  sqliteMemory,
  ...(postgresUrl === undefined ? [] : [postgres]),
];

/** Uses a new, empty store, and removes it. */
export async function withStore(adapter: Adapter, use: (store: Store, place: Place) => Promise<void>): Promise<void> {
  const place = await adapter.make();
  try {
    const store = await openStore({ database: place.database });
    try {
      await use(store, place);
    } finally {
      await store.close();
    }
  } finally {
    await place.remove();
  }
}

/** Asks a database that no store has open, past the store: what rows are really there. */
export async function inspect(place: Place, table: string): Promise<number> {
  const { database } = place;
  if (database.kind === "memory") throw new Error("a database in memory is gone when it is closed");
  if (database.kind === "sqlite") {
    const Driver = await loadSqliteDriver();
    const opened = new Driver(database.path);
    const [row] = opened.prepare(`select count(*) as total from ${table}`).all() as { total: number }[];
    opened.close();
    return row?.total ?? Number.NaN;
  }
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ total: string }>(`select count(*) as total from kfp_ts.${table}`);
    return Number(rows[0]?.total);
  } finally {
    await client.end();
  }
}
