import { describe, expect, test } from "vitest";
import type { Store } from "../../src/ports/store.ts";
import { adapters, withStore } from "./adapters.ts";
import { type Asked, experiment, experiments, pipeline, pipelines, run, runs, type Where } from "./records.ts";

const NAMES = [
  "Zeta",
  "alpha",
  "Beta_x",
  "betaAx",
  "émile",
  "Ébène",
  "größe",
  "100%",
  "back\\slash",
  "\u{1f319}",
  "\uff21",
];

async function withExperiments(store: Store): Promise<void> {
  for (const [index, displayName] of NAMES.entries()) {
    const description = displayName.length % 2 === 0 ? `About ${displayName}` : "";
    await store.experiments.insert(experiment({ displayName, description, createdAt: 1000 + index }));
  }
}

async function named(store: Store, asked: Asked): Promise<readonly string[]> {
  return (await store.experiments.list(experiments(asked))).items.map((one) => one.displayName);
}

/** The order of folded texts by code point: `_` after the letters, accents after z, half-width A before the moon. */
const SORTED = [
  "100%",
  "alpha",
  "back\\slash",
  "betaAx",
  "Beta_x",
  "größe",
  "Zeta",
  "Ébène",
  "émile",
  "\uff21",
  "\u{1f319}",
];

const byName: ReadonlyArray<readonly [string, Where, readonly string[]]> = [
  ["EQUALS", { operation: "EQUALS", key: "name", value: "ZETA" }, ["Zeta"]],
  ["EQUALS of what folds to two letters", { operation: "EQUALS", key: "name", value: "GRÖSSE" }, ["größe"]],
  ["EQUALS keeps accents apart", { operation: "EQUALS", key: "name", value: "emile" }, []],
  ["EQUALS takes a decomposed accent", { operation: "EQUALS", key: "name", value: "E\u0301mile" }, ["émile"]],
  ["NOT_EQUALS", { operation: "NOT_EQUALS", key: "name", value: "ALPHA" }, SORTED.filter((one) => one !== "alpha")],
  ["GREATER_THAN", { operation: "GREATER_THAN", key: "name", value: "ZETA" }, SORTED.slice(7)],
  ["GREATER_THAN_EQUALS", { operation: "GREATER_THAN_EQUALS", key: "name", value: "zeta" }, SORTED.slice(6)],
  ["LESS_THAN", { operation: "LESS_THAN", key: "name", value: "BETAAX" }, SORTED.slice(0, 3)],
  ["LESS_THAN_EQUALS", { operation: "LESS_THAN_EQUALS", key: "name", value: "BETAAX" }, SORTED.slice(0, 4)],
  ["IN", { operation: "IN", key: "name", value: ["ALPHA", "zeta", "nobody"] }, ["alpha", "Zeta"]],
  ["IN of nothing", { operation: "IN", key: "name", value: [] }, []],
  ["IS_SUBSTRING", { operation: "IS_SUBSTRING", key: "name", value: "ETA" }, ["betaAx", "Beta_x", "Zeta"]],
  ["IS_SUBSTRING: _ is any character", { operation: "IS_SUBSTRING", key: "name", value: "a_x" }, ["betaAx", "Beta_x"]],
  ["IS_SUBSTRING: % is any text", { operation: "IS_SUBSTRING", key: "name", value: "b%x" }, ["betaAx", "Beta_x"]],
  ["IS_SUBSTRING: \\_ is itself", { operation: "IS_SUBSTRING", key: "name", value: "a\\_x" }, ["Beta_x"]],
  ["IS_SUBSTRING: \\% is itself", { operation: "IS_SUBSTRING", key: "name", value: "0\\%" }, ["100%"]],
  ["IS_SUBSTRING: a last \\ is itself", { operation: "IS_SUBSTRING", key: "name", value: "k\\" }, ["back\\slash"]],
  ["IS_SUBSTRING of a quote", { operation: "IS_SUBSTRING", key: "name", value: "' or '1'='1" }, []],
];

describe.each(adapters)("lists in $name", (adapter) => {
  test("names sort without case and by code point, in both directions", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      expect(await named(store, { sortBy: "name" })).toEqual(SORTED);
      expect(await named(store, { sortBy: "name desc" })).toEqual([...SORTED].reverse());
      expect(await named(store, {})).toEqual(NAMES);
      expect(await named(store, { sortBy: "created_at desc" })).toEqual([...NAMES].reverse());
    }));

  test("a substring that would take long to look for is refused", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      const where = (value: string): Where => ({ operation: "IS_SUBSTRING", key: "description", value });
      expect(await named(store, { where: [where("a".repeat(1000))] })).toEqual([]);
      await expect(named(store, { where: [where("a".repeat(1001))] })).rejects.toThrow("at most 1000 bytes");
    }));

  test("every operation on a name", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      for (const [operation, where, expected] of byName) {
        const page = await store.experiments.list(experiments({ where: [where], sortBy: "name" }));
        expect(
          page.items.map((one) => one.displayName),
          operation,
        ).toEqual(expected);
        expect(page.totalSize, operation).toBe(expected.length);
      }
    }));

  test("every operation on an instant", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      const at = (operation: Where["operation"]) =>
        named(store, { where: [{ operation, key: "created_at", value: 1002 }] });
      expect(await at("EQUALS")).toEqual(NAMES.slice(2, 3));
      expect(await at("NOT_EQUALS")).toEqual([...NAMES.slice(0, 2), ...NAMES.slice(3)]);
      expect(await at("GREATER_THAN")).toEqual(NAMES.slice(3));
      expect(await at("GREATER_THAN_EQUALS")).toEqual(NAMES.slice(2));
      expect(await at("LESS_THAN")).toEqual(NAMES.slice(0, 2));
      expect(await at("LESS_THAN_EQUALS")).toEqual(NAMES.slice(0, 3));
      const far: Where = { operation: "LESS_THAN", key: "created_at", value: 2 ** 52 };
      expect(await named(store, { where: [far] })).toEqual(NAMES);
    }));

  test("descriptions compare without case too", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      const where: Where = { operation: "IS_SUBSTRING", key: "description", value: "ABOUT ze" };
      expect(await named(store, { where: [where] })).toEqual(["Zeta"]);
      expect(await named(store, { sortBy: "description", where: [] })).toHaveLength(NAMES.length);
    }));

  test("all predicates hold together", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      const where: Where[] = [
        { operation: "IS_SUBSTRING", key: "name", value: "beta" },
        { operation: "NOT_EQUALS", key: "name", value: "BETA_X" },
        { operation: "EQUALS", key: "storage_state", value: "available" },
      ];
      expect(await named(store, { where })).toEqual(["betaAx"]);
    }));

  test("storage states filter in any case, and a filter that admits none finds none", () =>
    withStore(adapter, async (store) => {
      const [kept, archived] = [experiment(), experiment()];
      await store.experiments.insert(kept);
      await store.experiments.insert(archived);
      await store.experiments.archive(archived.experimentId, 1);
      const found = async (...where: Where[]) => {
        const page = await store.experiments.list(experiments({ where }));
        expect(page.totalSize).toBe(page.items.length);
        return page.items.map((one) => one.experimentId);
      };
      const key = "storage_state";
      expect(await found({ operation: "EQUALS", key, value: "archived" })).toEqual([archived.experimentId]);
      expect(await found({ operation: "NOT_EQUALS", key, value: "ARCHIVED" })).toEqual([kept.experimentId]);
      expect(await found({ operation: "EQUALS", key, value: "GONE" })).toEqual([]);
      expect(await found({ operation: "NOT_EQUALS", key, value: "GONE" })).toHaveLength(2);
      expect(await found({ operation: "IN", key, value: ["ARCHIVED", "x"] })).toEqual([archived.experimentId]);
      expect(await found({ operation: "IN", key, value: [] })).toEqual([]);
      expect(await found({ operation: "IS_SUBSTRING", key, value: "archi" })).toEqual([archived.experimentId]);
      expect(await found({ operation: "LESS_THAN", key, value: "AV" })).toEqual([archived.experimentId]);
      const both = { operation: "EQUALS", key, value: "ARCHIVED" } as const;
      expect(await found(both, { operation: "EQUALS", key, value: "AVAILABLE" })).toEqual([]);
    }));

  test("a namespace restricts, as a parameter and as a filter", () =>
    withStore(adapter, async (store) => {
      for (const namespace of ["a", "a", "b"]) await store.pipelines.insert(pipeline({ namespace }));
      expect((await store.pipelines.list({ ...pipelines(), namespace: "a" })).totalSize).toBe(2);
      expect((await store.pipelines.list({ ...pipelines(), namespace: "" })).totalSize).toBe(0);
      const where: Where[] = [{ operation: "EQUALS", key: "namespace", value: "B" }];
      expect((await store.pipelines.list(pipelines({ where }))).totalSize).toBe(1);
      expect((await store.pipelines.list({ ...pipelines({ where }), namespace: "a" })).totalSize).toBe(0);
      expect((await store.pipelines.list(pipelines({ sortBy: "namespace desc" }))).items[0]?.namespace).toBe("b");
    }));

  test("every column of runs can be sorted and filtered by", () =>
    withStore(adapter, async (store) => {
      const first = run({
        displayName: "A",
        state: "CANCELED",
        experimentId: "e1",
        recurringRunId: "j1",
        namespace: "a",
      });
      const second = run({ displayName: "b", createdAt: 1_800_000_001, experimentId: "e2", namespace: "b" });
      for (const one of [first, second]) await store.runs.insert(one, one.pipelineSpec);
      const matching: Readonly<Record<string, string | number>> = {
        id: first.runId.toUpperCase(),
        run_id: first.runId,
        name: "a",
        display_name: "A",
        created_at: 1_800_000_000,
        status: "failed",
        namespace: "A",
        experiment_id: "E1",
        state: "canceled",
        recurring_run_id: "j1",
      };
      for (const [key, value] of Object.entries(matching)) {
        const page = await store.runs.list(
          runs({ where: [{ operation: "EQUALS", key, value }], sortBy: `${key} desc` }),
        );
        expect(page, key).toEqual({ items: [first], totalSize: 1 });
      }
      for (const key of [
        "finished_at",
        "scheduled_at",
        "description",
        "storage_state",
        "state_history",
        "runtime_details",
      ]) {
        expect((await store.runs.list(runs({ sortBy: key }))).totalSize, key).toBe(2);
      }
      const history: Where = { operation: "IS_SUBSTRING", key: "state_history", value: "pending" };
      expect((await store.runs.list(runs({ where: [history] }))).totalSize).toBe(2);
      const details: Where = { operation: "EQUALS", key: "runtime_details", value: "" };
      expect((await store.runs.list(runs({ where: [details] }))).totalSize).toBe(2);
    }));

  test("a run is found by an id that a client chose, in any case", () =>
    withStore(adapter, async (store) => {
      const chosen = run({ runId: "Größe-No_1" });
      await store.runs.insert(chosen, chosen.pipelineSpec);
      await store.runs.insert(run(), "{}");
      for (const value of ["Größe-No_1", "GRößE-no_1"]) {
        const page = await store.runs.list(runs({ where: [{ operation: "EQUALS", key: "run_id", value }] }));
        expect(page).toEqual({ items: [chosen], totalSize: 1 });
      }
    }));

  test("a sort that upstream cannot page by is refused only when there is a next page", () =>
    withStore(adapter, async (store) => {
      for (let count = 0; count < 3; count++) await store.runs.insert(run(), "{}");
      for (const [key, column] of [
        ["experiment_id", "ExperimentUUID"],
        ["recurring_run_id", "JobUUID"],
        ["state_history", "StateHistory"],
      ] as const) {
        expect((await store.runs.list(runs({ sortBy: key, pageSize: 3 }))).items).toHaveLength(3);
        await expect(store.runs.list(runs({ sortBy: key, pageSize: 2 }))).rejects.toMatchObject({
          code: "INVALID_ARGUMENT",
          message: `cannot sort by field "${column}" on type "Run"`,
        });
      }
    }));

  test("hostile filters are refused or answered, and never fail", () =>
    withStore(adapter, async (store) => {
      await withExperiments(store);
      const many = Array.from({ length: 1000 }, (_, index) => `name ${index}`);
      const lists = (count: number): Where[] =>
        Array.from({ length: count }, () => ({ operation: "IN", key: "name", value: many }) as const);
      expect(await named(store, { where: lists(5) })).toEqual([]);
      const wild = "%_".repeat(500);
      expect(await named(store, { where: [{ operation: "IS_SUBSTRING", key: "description", value: wild }] })).toEqual(
        [],
      );
      const long: Where = { operation: "IS_SUBSTRING", key: "name", value: "ü".repeat(30_000) };
      await expect(named(store, { where: [long] })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      const hundred = Array.from(
        { length: 100 },
        () => ({ operation: "NOT_EQUALS", key: "name", value: "x" }) as const,
      );
      expect(await named(store, { where: hundred })).toHaveLength(NAMES.length);
    }));

  test("a filter with more values than a statement can have is refused", () =>
    withStore(adapter, async (store) => {
      const [one] = runs({ where: [{ operation: "IN", key: "name", value: ["x"] }] }).filter.predicates;
      const value = Array.from({ length: 10_001 }, (_, index) => `${index}`);
      const predicates = one === undefined ? [] : [{ ...one, value }];
      await expect(store.runs.list({ ...runs(), filter: { predicates, tags: [] } })).rejects.toThrow("10000 values");
    }));
});
