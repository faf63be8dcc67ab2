import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { change, first, type Work } from "../../../src/store/engine.ts";
import { queryWriter } from "../../../src/store/kysely/dialect.ts";
import { type Migrating, migrate } from "../../../src/store/kysely/migrate.ts";
import { type Migration, migrations } from "../../../src/store/kysely/migrations.ts";
import { silentLog } from "../../../src/store/log.ts";
import { openStore } from "../../../src/store/open.ts";
import { postgresDialect } from "../../../src/store/postgres/dialect.ts";
import { PostgresEngine } from "../../../src/store/postgres/engine.ts";
import { migratePostgres } from "../../../src/store/postgres/migrate.ts";
import { openPostgres } from "../../../src/store/postgres/open.ts";
import { sqliteDialect } from "../../../src/store/sqlite/dialect.ts";
import { SqliteEngine } from "../../../src/store/sqlite/engine.ts";
import { openSqliteFile } from "../../../src/store/sqlite/open.ts";
import { adapters, inspect, type Place } from "../adapters.ts";
import { experiment } from "../records.ts";

const clock = { now: () => 1_800_000_000_500 };

const further: Migration = {
  name: "add a table",
  statements: (db, dialect) => [db.schema.createTable("further").addColumn("one", dialect.whole)],
};
const failing: Migration = {
  name: "fail in the middle",
  statements: (db) => [
    db.schema.createTable("half_done").addColumn("one", sql`text`),
    db.schema.createTable("half_done").addColumn("one", sql`text`),
  ],
};

describe.each(adapters.filter(({ name }) => name !== "SQLite in memory"))("migrations in $name", (adapter) => {
  test("a database from a newer version is refused, and stays as it is", () =>
    withPlace(async (place) => {
      await migrating(place, (options) => ({ ...options, migrations: [...migrations, further] }));
      await expect(openStore({ database: place.database })).rejects.toMatchObject({
        name: "StoreOpenError",
        code: "NEWER",
        message: expect.stringContaining(
          `newer version of kfp-ts (its schema is ${migrations.length + 1}, this one knows ${migrations.length}). Use that version`,
        ),
      });
      expect(await inspect(place, "schema_versions")).toBe(migrations.length + 1);
    }));

  test("an older database is brought up to date, once, and keeps what it has", () =>
    withPlace(async (place) => {
      const store = await openStore({ database: place.database });
      const stored = experiment();
      await store.experiments.insert(stored);
      await store.close();
      const newer = (options: Migrating) => ({ ...options, migrations: [...migrations, further] });
      expect(await migrating(place, newer)).toEqual(["add a table"]);
      expect(await migrating(place, newer)).toEqual([]);
      expect(await inspect(place, "experiments")).toBe(1);
      expect(await inspect(place, "further")).toBe(0);
    }));

  test("a migration that fails leaves the database as it was", () =>
    withPlace(async (place) => {
      await (await openStore({ database: place.database })).close();
      const broken = (options: Migrating) => ({ ...options, migrations: [...migrations, failing] });
      await expect(migrating(place, broken)).rejects.toThrow("half_done");
      await expect(inspect(place, "half_done")).rejects.toThrow("half_done");
      await (await openStore({ database: place.database })).close();
    }));

  test("what was migrated and when is noted and logged", () =>
    withPlace(async (place) => {
      const lines: string[] = [];
      const log = {
        info: (fields: object, message: string) => void lines.push(JSON.stringify(fields) + message),
        warn: () => {},
      };
      await (await openStore({ database: place.database, clock, log })).close();
      await (await openStore({ database: place.database, clock, log })).close();
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain("initial schema");
      expect(await inspect(place, "schema_versions where applied_at = 1800000000")).toBe(migrations.length);
    }));

  async function withPlace(use: (place: Place) => Promise<void>): Promise<void> {
    const place = await adapter.make();
    try {
      await use(place);
    } finally {
      await place.remove();
    }
  }
});

describe.each(adapters.filter(({ name }) => name === "PostgreSQL"))("migrations in $name", (adapter) => {
  test("servers that start at once on the same empty database all come up", async () => {
    const place = await adapter.make();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ database: place.database })));
    await Promise.all(stores.map((store) => store.ping()));
    await Promise.all(stores.map((store) => store.close()));
    expect(await inspect(place, "schema_versions")).toBe(migrations.length);
    await place.remove();
  });
});

test("what a statement changed and found is what the database says", async () => {
  const engine = new SqliteEngine((await openSqliteFileOf("changed")).database, "test");
  const db = queryWriter(sqliteDialect);
  const counted = await engine.write(function* (): Work<readonly [number, number, unknown]> {
    yield* migrate({ db, dialect: sqliteDialect, clock, label: "test" });
    const inserted = yield* change(db.insertInto("secrets").values({ name: "a", value: "b" }));
    const none = yield* change(db.deleteFrom("secrets").where("name", "=", "nobody"));
    return [inserted, none, yield* first(db.selectFrom("secrets").selectAll())];
  });
  expect(counted).toEqual([1, 0, { name: "a", value: "b" }]);
  await engine.close();
});

async function openSqliteFileOf(name: string) {
  const [place] = await Promise.all(adapters.slice(0, 1).map((adapter) => adapter.make()));
  if (place?.database.kind !== "sqlite") throw new Error(`no place for ${name}`);
  return await openSqliteFile(place.database.path);
}

async function migrating(place: Place, change: (options: Migrating) => Migrating): Promise<readonly string[]> {
  if (place.database.kind === "postgres") {
    const { pool, label } = await openPostgres(place.database.url, silentLog);
    const engine = new PostgresEngine(pool, label);
    const db = queryWriter(postgresDialect);
    try {
      return await engine.write(() => migratePostgres(change({ db, dialect: postgresDialect, clock, label })));
    } finally {
      await engine.close();
    }
  }
  if (place.database.kind === "memory") return [];
  const { database, label } = await openSqliteFile(place.database.path);
  const engine = new SqliteEngine(database, label);
  const db = queryWriter(sqliteDialect);
  try {
    return await engine.write(() => migrate(change({ db, dialect: sqliteDialect, clock, label })));
  } finally {
    await engine.close();
  }
}
