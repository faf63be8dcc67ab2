import { describe, expect, test } from "vitest";
import type { Store } from "../../../src/ports/store.ts";
import { queryWriter } from "../../../src/store/kysely/dialect.ts";
import { migrate } from "../../../src/store/kysely/migrate.ts";
import { kyselyStore } from "../../../src/store/kysely/store.ts";
import { sqliteDialect } from "../../../src/store/sqlite/dialect.ts";
import type { SqliteDatabase } from "../../../src/store/sqlite/driver.ts";
import { SqliteEngine } from "../../../src/store/sqlite/engine.ts";
import { openSqliteMemory } from "../../../src/store/sqlite/open.ts";
import {
  type Asked,
  experiment,
  experiments,
  pipelines,
  recurringRun,
  recurringRuns,
  run,
  runs,
  versions,
} from "../records.ts";

/** What SQLite is going to do for all statements of a list. */
async function plansOf(list: (store: Store) => Promise<unknown>): Promise<readonly string[]> {
  const { database, label } = await openSqliteMemory();
  const asked: string[] = [];
  const listening: SqliteDatabase = {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      asked.push(sql);
      return database.prepare(sql);
    },
    close: () => database.close(),
  };
  const engine = new SqliteEngine(listening, label);
  const db = queryWriter(sqliteDialect);
  await engine.write(() => migrate({ db, dialect: sqliteDialect, clock: { now: () => 0 }, label }));
  asked.length = 0;
  await list(kyselyStore(engine, db));
  const plans = asked.flatMap((sql) => database.prepare(`explain query plan ${sql}`).all() as { detail: string }[]);
  await engine.close();
  return plans.map(({ detail }) => detail);
}

const after = { value: 5, id: "x" };
const state = (operation: "EQUALS" | "NOT_EQUALS"): Asked => ({
  where: [{ operation, key: "storage_state", value: "ARCHIVED" }],
});
const lists: ReadonlyArray<readonly [string, string, (store: Store) => Promise<unknown>]> = [
  ["all runs", "runs_by_time", (store) => store.runs.list(runs())],
  ["all runs, newest first", "runs_by_time", (store) => store.runs.list(runs({ sortBy: "created_at desc" }))],
  ["runs, deep page", "runs_by_time", (store) => store.runs.list({ ...runs(), after })],
  [
    "runs, deep page, newest first",
    "runs_by_time",
    (store) => store.runs.list({ ...runs({ sortBy: "created_at desc" }), after }),
  ],
  ["archived runs", "runs_by_state", (store) => store.runs.list({ ...runs(state("EQUALS")), after })],
  ["runs of a namespace", "runs_by_namespace", (store) => store.runs.list({ ...runs(), namespace: "a", after })],
  [
    "runs of a namespace, by a filter",
    "runs_by_namespace",
    (store) => store.runs.list({ ...runs({ where: [{ operation: "EQUALS", key: "namespace", value: "a" }] }), after }),
  ],
  ["runs of an experiment", "runs_by_experiment", (store) => store.runs.list({ ...runs(), experimentId: "e", after })],
  [
    "available runs of an experiment",
    "runs_by_experiment",
    (store) => store.runs.list({ ...runs(state("NOT_EQUALS")), experimentId: "e", after }),
  ],
  ["experiments", "experiments_by_time", (store) => store.experiments.list({ ...experiments(), after })],
  [
    "experiments of a namespace",
    "experiments_by_namespace",
    (store) => store.experiments.list({ ...experiments(), namespace: "a", after }),
  ],
  ["pipelines", "pipelines_by_time", (store) => store.pipelines.list({ ...pipelines(), after })],
  [
    "versions of a pipeline",
    "pipeline_versions_by_time",
    (store) => store.pipelineVersions.list({ ...versions({ sortBy: "created_at desc" }), pipelineId: "p", after }),
  ],
  ["recurring runs", "recurring_runs_by_time", (store) => store.recurringRuns.list({ ...recurringRuns(), after })],
  [
    "recurring runs of an experiment",
    "recurring_runs_by_experiment",
    (store) => store.recurringRuns.list({ ...recurringRuns(), experimentId: "e", after }),
  ],
];

async function lookAtOne(store: Store): Promise<void> {
  await store.recurringRuns.insert(recurringRun({ recurringRunId: "r" }));
  await store.schedule.get("r");
}

describe("a page by time is read from an index where it begins, and its total from the counters", () => {
  test.each(lists)("%s", async (_, index, list) => {
    const plans = await plansOf(list);
    const searched = plans.filter((detail) => `${detail} `.includes(` ${index} `));
    expect(searched.length, plans.join("\n")).toBeGreaterThan(0);
    // A scan of an index in its order ends with the page.
    for (const detail of searched)
      expect(detail).toMatch(/^SEARCH .* USING COVERING INDEX|^SCAN .* USING COVERING INDEX/);
    // Only what was found may be scanned and sorted: a page of each half.
    const scans = plans.filter((detail) => /^SCAN (?!page|half_|\(|runs USING|experiments USING)/.test(detail));
    expect(scans.filter((detail) => !detail.includes(index))).toEqual([]);
    expect(plans.filter((detail) => /^SEARCH counters USING PRIMARY KEY/.test(detail))).toHaveLength(1);
  });

  test.each([
    ["getting a run", (store: Store) => store.runs.get("r")],
    ["getting an experiment", (store: Store) => store.experiments.get("e")],
    ["the latest version", (store: Store) => store.pipelineVersions.latest("p")],
    ["creating a run", (store: Store) => store.runs.insert(run(), "{}")],
    ["creating an experiment", (store: Store) => store.experiments.insert(experiment())],
    ["archiving an experiment", (store: Store) => store.experiments.archive("e", 1)],
    ["looking at a recurring run", lookAtOne],
  ])("%s scans no table", async (_, use) => {
    expect((await plansOf(use)).filter((detail) => detail.startsWith("SCAN"))).toEqual([]);
  });

  test.each([
    ["which recurring runs are due", "recurring_runs_by_look", (store: Store) => store.schedule.due(5, 10)],
    ["when the next one is due", "recurring_runs_by_look", (store: Store) => store.schedule.nextLook()],
    ["how many runs of one are under way", "runs_by_recurring_run", lookAtOne],
  ])("%s is read from an index in its order", async (_, index, use) => {
    const plans = await plansOf(use);
    expect(plans.join("\n")).toMatch(new RegExp(`SEARCH .* USING COVERING INDEX ${index}`));
    expect(plans.filter((detail) => detail.includes("TEMP B-TREE"))).toEqual([]);
  });
});
