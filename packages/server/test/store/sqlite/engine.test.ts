import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { change, rows, type Work } from "../../../src/store/engine.ts";
import { queryWriter } from "../../../src/store/kysely/dialect.ts";
import { migrate } from "../../../src/store/kysely/migrate.ts";
import { kyselyStore } from "../../../src/store/kysely/store.ts";
import { sqliteDialect } from "../../../src/store/sqlite/dialect.ts";
import { loadSqliteDriver, type SqliteDatabase } from "../../../src/store/sqlite/driver.ts";
import { SqliteEngine } from "../../../src/store/sqlite/engine.ts";
import { openSqliteMemory } from "../../../src/store/sqlite/open.ts";
import { experiment, run, runs } from "../records.ts";

const db = queryWriter(sqliteDialect);

async function opened(prepare?: (database: SqliteDatabase) => SqliteDatabase) {
  const { database, label } = await openSqliteMemory();
  const engine = new SqliteEngine(prepare?.(database) ?? database, label);
  await engine.write(() => migrate({ db, dialect: sqliteDialect, clock: { now: () => 0 }, label }));
  return { database, engine, store: kyselyStore(engine, db) };
}

function* insertSecret(name: string): Work<number> {
  return yield* change(db.insertInto("secrets").values({ name, value: "" }));
}

function* names(): Work<readonly string[]> {
  return (yield* rows(db.selectFrom("secrets").select("name").orderBy("name"))).map(({ name }) => name);
}

describe("transactions on SQLite", () => {
  test("writes that are asked for together are committed together, and acknowledged only then", async () => {
    const executed: string[] = [];
    const { engine } = await opened((database) => ({
      exec: (text) => database.exec(text),
      close: () => database.close(),
      prepare: (text) => {
        const statement = database.prepare(text);
        const run = (...values: unknown[]) => {
          executed.push(text.split(" ", 1)[0] ?? "");
          return statement.run(...values);
        };
        return { run, all: (...values) => statement.all(...values) };
      },
    }));
    executed.length = 0;
    await Promise.all(
      ["a", "b", "c"].map((name) => engine.write(() => insertSecret(name)).then(() => executed.push("ack"))),
    );
    expect(executed.filter((word) => word === "commit")).toHaveLength(1);
    expect(executed.indexOf("ack")).toBeGreaterThan(executed.indexOf("commit"));
  });

  test("work that throws in the middle takes back what it did, and nothing else of the batch", async () => {
    const { engine } = await opened();
    const failing = engine.write(function* () {
      yield* insertSecret("taken back");
      throw new Error("in the middle");
    });
    const others = [engine.write(() => insertSecret("a")), engine.write(() => insertSecret("b"))];
    await expect(failing).rejects.toThrow("in the middle");
    await Promise.all(others);
    expect(await engine.read(names)).toEqual(["a", "b"]);
  });

  test("work may catch what the database refuses, and go on", async () => {
    const { engine } = await opened();
    await engine.write(function* () {
      yield* insertSecret("a");
      try {
        yield* insertSecret("a");
      } catch {
        yield* insertSecret("b");
      }
    });
    expect(await engine.read(names)).toEqual(["a", "b"]);
  });

  test("when the commit fails, none of the batch is acknowledged or stored", async () => {
    let fail = false;
    const { engine, database } = await opened((real) => ({
      exec: (text) => real.exec(text),
      close: () => real.close(),
      prepare: (text) => {
        if (text !== "commit") return real.prepare(text);
        const statement = real.prepare(text);
        return {
          all: () => [],
          run: () => {
            if (fail) throw Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 10 });
            return statement.run();
          },
        };
      },
    }));
    fail = true;
    const outcomes = await Promise.allSettled(["a", "b"].map((name) => engine.write(() => insertSecret(name))));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: "UNAVAILABLE" } });
    fail = false;
    expect(await engine.read(names)).toEqual([]);
    expect(database.prepare("select count(*) as total from secrets").all()).toEqual([{ total: 0 }]);
    await engine.write(() => insertSecret("afterwards"));
    expect(await engine.read(names)).toEqual(["afterwards"]);
  });

  test("reading sees nothing of a write before it is acknowledged", async () => {
    const { engine } = await opened();
    const written = engine.write(() => insertSecret("a"));
    expect(await engine.read(names)).toEqual([]);
    await written;
    expect(await engine.read(names)).toEqual(["a"]);
  });
});

describe("a full disk", () => {
  test("is UNAVAILABLE for all who wait, with the fact and the remedy; then everything goes on", async () => {
    const { store, database } = await opened();
    const pages = (database.prepare("pragma page_count").all() as { page_count: number }[])[0]?.page_count ?? 0;
    database.exec(`pragma max_page_count = ${pages + 3}`);
    const large = () => store.experiments.insert(experiment({ description: "x".repeat(50_000) }));
    const outcomes = await Promise.allSettled([large(), large(), large()]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: {
          code: "UNAVAILABLE",
          message: /disk of the database in memory is full.*nothing was stored.*Free some space/,
        },
      });
    }
    expect((await store.counts()).experiments).toBe(0);
    database.exec("pragma max_page_count = 100000");
    expect(await large()).toBe(true);
    expect((await store.counts()).experiments).toBe(1);
  });
});

describe("prepared statements", () => {
  test("any number of different queries keeps working, and the oldest are given up", async () => {
    const { store } = await opened();
    for (let count = 0; count < 600; count++) {
      const value = Array.from({ length: (count % 300) + 1 }, (_, index) => `${index}`);
      await store.runs.list(runs({ where: [{ operation: "IN", key: "name", value }] }));
    }
    await store.runs.insert(run(), "{}");
    expect((await store.runs.list(runs())).totalSize).toBe(1);
  });

  test("a statement is prepared once, however often it is used", async () => {
    const prepared: string[] = [];
    const { store } = await opened((database) => ({
      exec: (text) => database.exec(text),
      close: () => database.close(),
      prepare: (text) => {
        prepared.push(text);
        return database.prepare(text);
      },
    }));
    await store.runs.insert(run(), "{}");
    prepared.length = 0;
    for (let count = 0; count < 10; count++) await store.runs.insert(run(), "{}");
    expect(prepared).toEqual([]);
  });
});

test("an error that is not the database's comes through as it is", async () => {
  const { engine } = await opened();
  const wrong = engine.read(() => rows({ compile: () => sql`select nonsense`.compile(db) }));
  await expect(wrong).rejects.toThrow("nonsense");
});

test("the driver answers in the way the engine relies on", async () => {
  const Driver = await loadSqliteDriver();
  const database = new Driver(":memory:");
  database.exec("create table t (a integer, b text)");
  expect(Number(database.prepare("insert into t values (?, ?)").run(2 ** 40, "ü").changes)).toBe(1);
  expect({ ...(database.prepare("select * from t").all()[0] as object) }).toEqual({ a: 2 ** 40, b: "ü" });
  database.close();
});
