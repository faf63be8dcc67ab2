import { describe, expect, test } from "vitest";
import { adapters, withStore } from "./adapters.ts";
import { experiment, experiments, recurringRun, run, runs } from "./records.ts";

describe.each(adapters)("experiments in $name", (adapter) => {
  test("an experiment comes back as it was stored", () =>
    withStore(adapter, async (store) => {
      const stored = experiment({ displayName: "Träume 🌙", description: "über alles", namespace: "team-a" });
      expect(await store.experiments.insert(stored)).toBe(true);
      expect(await store.experiments.get(stored.experimentId)).toEqual(stored);
    }));

  test("an experiment that is not there is undefined, and nothing can be done with it", () =>
    withStore(adapter, async (store) => {
      expect(await store.experiments.get("nobody")).toBeUndefined();
      expect(await store.experiments.archive("nobody", 1)).toBe(false);
      expect(await store.experiments.unarchive("nobody")).toBe(false);
      expect(await store.experiments.delete("nobody")).toBe(false);
    }));

  test("a name that differs only in case is taken in the same namespace, and free in another", () =>
    withStore(adapter, async (store) => {
      expect(await store.experiments.insert(experiment({ displayName: "Größe", namespace: "a" }))).toBe(true);
      expect(await store.experiments.insert(experiment({ displayName: "GRÖSSE", namespace: "a" }))).toBe(false);
      expect(await store.experiments.insert(experiment({ displayName: "GRÖSSE", namespace: "b" }))).toBe(true);
      expect((await store.counts()).experiments).toBe(2);
    }));

  test("of callers at once that want the same name, one gets it", () =>
    withStore(adapter, async (store) => {
      const names = ["one", "One", "ONE", "oNe", "onE"];
      const stored = await Promise.all(
        names.map((name) => store.experiments.insert(experiment({ displayName: name }))),
      );
      expect(stored.filter(Boolean)).toHaveLength(1);
      expect((await store.experiments.list(experiments())).totalSize).toBe(1);
    }));

  test("archiving takes the runs along and disables the recurring runs, and only those", () =>
    withStore(adapter, async (store) => {
      const [archived, other] = [experiment(), experiment()];
      await store.experiments.insert(archived);
      await store.experiments.insert(other);
      const mine = run({ experimentId: archived.experimentId });
      const theirs = run({ experimentId: other.experimentId });
      await store.runs.insert(mine, mine.pipelineSpec);
      await store.runs.insert(theirs, theirs.pipelineSpec);
      const recurring = recurringRun({ experimentId: archived.experimentId });
      const disabled = recurringRun({ experimentId: archived.experimentId, enabled: false });
      const others = recurringRun({ experimentId: other.experimentId });
      for (const one of [recurring, disabled, others]) await store.recurringRuns.insert(one);

      expect(await store.experiments.archive(archived.experimentId, 1_900_000_000)).toBe(true);

      expect((await store.experiments.get(archived.experimentId))?.storageState).toBe("ARCHIVED");
      expect((await store.runs.get(mine.runId))?.storageState).toBe("ARCHIVED");
      expect((await store.runs.get(theirs.runId))?.storageState).toBe("AVAILABLE");
      expect(await store.recurringRuns.get(recurring.recurringRunId)).toEqual({
        ...recurring,
        enabled: false,
        updatedAt: 1_900_000_000,
      });
      expect(await store.recurringRuns.get(disabled.recurringRunId)).toEqual(disabled);
      expect(await store.recurringRuns.get(others.recurringRunId)).toEqual(others);
    }));

  test("archiving and unarchiving twice is the same as once, and unarchiving leaves the runs in the archive", () =>
    withStore(adapter, async (store) => {
      const { experimentId } = await inserted();
      const one = run({ experimentId });
      await store.runs.insert(one, one.pipelineSpec);
      for (let times = 0; times < 2; times++) expect(await store.experiments.archive(experimentId, 1)).toBe(true);
      for (let times = 0; times < 2; times++) expect(await store.experiments.unarchive(experimentId)).toBe(true);
      expect((await store.experiments.get(experimentId))?.storageState).toBe("AVAILABLE");
      expect((await store.runs.get(one.runId))?.storageState).toBe("ARCHIVED");
      const available = experiments({ where: [{ operation: "EQUALS", key: "storage_state", value: "AVAILABLE" }] });
      expect((await store.experiments.list(available)).totalSize).toBe(1);

      async function inserted() {
        const stored = experiment();
        await store.experiments.insert(stored);
        return stored;
      }
    }));

  test("deleting leaves the runs and the recurring runs, and frees the name", () =>
    withStore(adapter, async (store) => {
      const deleted = experiment({ displayName: "again" });
      await store.experiments.insert(deleted);
      const one = run({ experimentId: deleted.experimentId });
      await store.runs.insert(one, one.pipelineSpec);
      const recurring = recurringRun({ experimentId: deleted.experimentId });
      await store.recurringRuns.insert(recurring);

      expect(await store.experiments.delete(deleted.experimentId)).toBe(true);

      expect(await store.experiments.get(deleted.experimentId)).toBeUndefined();
      expect(await store.runs.get(one.runId)).toEqual(one);
      expect((await store.runs.list({ ...runs(), experimentId: deleted.experimentId })).totalSize).toBe(1);
      expect(await store.recurringRuns.get(recurring.recurringRunId)).toEqual(recurring);
      expect(await store.experiments.insert(experiment({ displayName: "AGAIN" }))).toBe(true);
    }));

  test("a run notes its time on its experiment, and an older one does not turn it back", () =>
    withStore(adapter, async (store) => {
      const { experimentId, ...rest } = experiment();
      await store.experiments.insert({ experimentId, ...rest });
      for (const createdAt of [1_800_000_005, 1_800_000_003]) {
        const one = run({ experimentId, createdAt });
        await store.runs.insert(one, one.pipelineSpec);
      }
      expect((await store.experiments.get(experimentId))?.lastRunCreatedAt).toBe(1_800_000_005);
    }));

  test("callers at once get the same default experiment, and it is made once", () =>
    withStore(adapter, async (store) => {
      expect(await store.experiments.defaultId()).toBeUndefined();
      const make = () => experiment({ displayName: "Default" });
      const all = await Promise.all(Array.from({ length: 8 }, () => store.experiments.default(make)));
      expect(new Set(all.map((one) => one.experimentId)).size).toBe(1);
      expect(await store.experiments.defaultId()).toBe(all[0]?.experimentId);
      expect((await store.counts()).experiments).toBe(1);
    }));

  test("an experiment with the name of the default one becomes it", () =>
    withStore(adapter, async (store) => {
      const present = experiment({ displayName: "default" });
      await store.experiments.insert(present);
      expect(await store.experiments.default(() => experiment({ displayName: "Default" }))).toEqual(present);
      expect(await store.experiments.defaultId()).toBe(present.experimentId);
    }));

  test("when the default experiment is deleted there is none, until it is asked for again", () =>
    withStore(adapter, async (store) => {
      const first = await store.experiments.default(() => experiment({ displayName: "Default" }));
      expect(await store.experiments.delete(first.experimentId)).toBe(true);
      expect(await store.experiments.defaultId()).toBeUndefined();
      const second = await store.experiments.default(() => experiment({ displayName: "Default" }));
      expect(second.experimentId).not.toBe(first.experimentId);
    }));
});
