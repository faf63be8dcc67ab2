import { describe, expect, test } from "vitest";
import type { Cursor, ListQuery, Page, RunRecord, Store } from "../../src/ports/store.ts";
import { adapters, withStore } from "./adapters.ts";
import { type Random, random } from "./random.ts";
import { experiment, experiments, run, runs } from "./records.ts";

const SORTS = [
  "",
  "created_at desc",
  "name",
  "name desc",
  "description",
  "description desc",
  "state desc",
  "id",
  "finished_at",
];

describe.each(adapters)("pages in $name", (adapter) => {
  test.each(SORTS)("sorted by '%s', no row is lost or repeated while others come and go", (sortBy) =>
    withStore(adapter, async (store) => {
      const dice = random(`paging ${sortBy}`);
      const lasting = new Map<string, RunRecord>();
      const passing: string[] = [];
      for (let count = 0; count < 60; count++) await insert(store, dice, count % 3 === 0 ? passing : lasting);
      const seen: string[] = [];
      let after: Cursor | undefined;
      do {
        const page: Page<RunRecord> = await store.runs.list({ ...runs({ sortBy, pageSize: 7 }), after });
        expect(page.items.length).toBeLessThanOrEqual(7);
        seen.push(...page.items.map((one) => one.runId));
        after = page.next;
        for (let count = 0; count < 3; count++) await insert(store, dice, passing);
        for (let count = 0; count < 4; count++) {
          const [gone] = passing.splice(dice.below(passing.length), 1);
          if (gone !== undefined) await store.runs.delete(gone);
        }
      } while (after !== undefined);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => lasting.has(id))).toHaveLength(lasting.size);
    }),
  );

  test.each(SORTS)("sorted by '%s', pages of any size make up the one large page", (sortBy) =>
    withStore(adapter, async (store) => {
      const dice = random(`sizes ${sortBy}`);
      for (let count = 0; count < 40; count++) await insert(store, dice, []);
      const whole = await store.runs.list(runs({ sortBy, pageSize: 200 }));
      expect(whole.next).toBeUndefined();
      for (const pageSize of [1, 3, 39, 40]) {
        expect(await allPages((query) => store.runs.list(query), runs({ sortBy, pageSize }))).toEqual(whole.items);
      }
    }),
  );

  test("a page begins after its cursor even when the row of the cursor is gone", () =>
    withStore(adapter, async (store) => {
      const stored = Array.from({ length: 6 }, (_, index) => run({ createdAt: 1000 + Math.floor(index / 3) }));
      for (const one of stored) await store.runs.insert(one, one.pipelineSpec);
      const first = await store.runs.list(runs({ pageSize: 2 }));
      const last = first.items[1];
      if (last !== undefined) await store.runs.delete(last.runId);
      const second = await store.runs.list({ ...runs({ pageSize: 10 }), after: first.next });
      expect([...first.items, ...second.items]).toHaveLength(6);
      expect(second.totalSize).toBe(5);
    }));

  test("a long text keeps a page token short", () =>
    withStore(adapter, async (store) => {
      for (const letter of ["a", "b", "c"]) {
        const description = letter + "ü".repeat(100_000);
        await store.experiments.insert(experiment({ description }));
      }
      const asked = experiments({ sortBy: "description", pageSize: 1 });
      const first = await store.experiments.list(asked);
      expect(String(first.next?.value).length).toBeLessThanOrEqual(128);
      const all = await allPages((query) => store.experiments.list(query), asked);
      expect(all.map((one) => one.description[0])).toEqual(["a", "b", "c"]);
    }));
});

async function insert(store: Store, dice: Random, into: string[] | Map<string, RunRecord>): Promise<void> {
  const one = run({
    createdAt: 1_800_000_000 + dice.below(4),
    displayName: dice.pick(["a", "A", "b", "ä", "Z"]),
    description: dice.pick(["", "x", "X", "y"]),
    storageState: dice.pick(["AVAILABLE", "ARCHIVED"]),
    state: dice.pick(["PENDING", "RUNNING", "FAILED"]),
    finishedAt: dice.below(3),
  });
  await store.runs.insert(one, one.pipelineSpec);
  if (Array.isArray(into)) into.push(one.runId);
  else into.set(one.runId, one);
}

async function allPages<T>(list: (query: ListQuery) => Promise<Page<T>>, query: ListQuery): Promise<readonly T[]> {
  const items: T[] = [];
  let after: Cursor | undefined;
  do {
    const page = await list({ ...query, after });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}
