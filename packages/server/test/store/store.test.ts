import { describe, expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { adapters, withStore } from "./adapters.ts";
import { experiment, run, runs } from "./records.ts";

describe.each(adapters)("a store in $name", (adapter) => {
  test("a secret has 32 bytes, stays the same, and differs from others, also for callers at once", () =>
    withStore(adapter, async (store) => {
      const secrets = await Promise.all(Array.from({ length: 5 }, () => store.secret("page tokens")));
      expect(secrets[0]).toHaveLength(32);
      expect(new Set(secrets.map((one) => Buffer.from(one).toString("hex"))).size).toBe(1);
      expect(await store.secret("other")).not.toEqual(secrets[0]);
    }));

  test("it answers a ping, and counts what is there", () =>
    withStore(adapter, async (store) => {
      await store.ping();
      expect(await store.counts()).toEqual({
        experiments: 0,
        pipelines: 0,
        pipelineVersions: 0,
        runs: 0,
        recurringRuns: 0,
      });
    }));

  test("a thousand writes at once are all there", () =>
    withStore(adapter, async (store) => {
      await store.experiments.insert(experiment({ experimentId: "e" }));
      const stored = await Promise.all(
        Array.from({ length: 1000 }, (_, index) => {
          const one = run({ experimentId: "e", createdAt: 1_800_000_000 + (index % 7) });
          return store.runs.insert(one, one.pipelineSpec);
        }),
      );
      expect(stored.every(Boolean)).toBe(true);
      expect((await store.runs.list({ ...runs(), experimentId: "e" })).totalSize).toBe(1000);
      expect((await store.experiments.get("e"))?.lastRunCreatedAt).toBe(1_800_000_006);
    }));

  test("of writes at once, one that fails takes no other with it", () =>
    withStore(adapter, async (store) => {
      const good = () => experiment();
      const outcomes = await Promise.allSettled([
        store.experiments.insert(good()),
        store.experiments.insert(experiment({ displayName: "NUL \0" })),
        store.experiments.insert(good()),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await store.counts()).experiments).toBe(2);
    }));

  test("closing waits for the writes that were asked for, and twice is no harm", () =>
    withStore(adapter, async (store) => {
      const writes = Array.from({ length: 300 }, () => store.experiments.insert(experiment()));
      await Promise.all([store.close(), ...writes]);
      await store.close();
      expect(await Promise.all(writes)).not.toContain(false);
    }));

  test("after closing, reading and writing are refused as UNAVAILABLE", () =>
    withStore(adapter, async (store) => {
      await store.close();
      await expect(store.experiments.get("e")).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await expect(store.experiments.insert(experiment())).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }));
});

describe.each(adapters.filter(({ name }) => name !== "SQLite in memory"))("$name, opened again", (adapter) => {
  test("everything is there as it was, the secrets too", () =>
    withStore(adapter, async (store, place) => {
      const stored = experiment();
      await store.experiments.insert(stored);
      const secret = await store.secret("a");
      await store.close();
      const again = await openStore({ database: place.database });
      expect(await again.experiments.get(stored.experimentId)).toEqual(stored);
      expect(await again.secret("a")).toEqual(secret);
      await again.close();
    }));
});
