import { describe, expect, test } from "vitest";
import type { TriggerRecord } from "../../src/ports/store.ts";
import { adapters, withStore } from "./adapters.ts";
import { recurringRun, recurringRuns } from "./records.ts";

const triggers: readonly TriggerRecord[] = [
  { kind: "none" },
  { kind: "cron", cron: "0 0 * * * *", startTime: 5, endTime: 2 ** 33 },
  { kind: "periodic", intervalSecond: 3600, startTime: 0, endTime: 7 },
];

describe.each(adapters)("recurring runs in $name", (adapter) => {
  test.each(triggers)("a recurring run comes back as it was stored: $kind trigger", (trigger) =>
    withStore(adapter, async (store) => {
      const stored = recurringRun({ trigger, noCatchup: true, parameters: '{"a":"b"}', enabled: false });
      await store.recurringRuns.insert(stored);
      expect(await store.recurringRuns.get(stored.recurringRunId)).toEqual(stored);
      expect((await store.recurringRuns.list(recurringRuns())).items).toEqual([stored]);
    }),
  );

  test("one that takes its pipeline by reference has no specification", () =>
    withStore(adapter, async (store) => {
      const stored = recurringRun({ pipelineId: "p", pipelineSpec: "" });
      await store.recurringRuns.insert(stored);
      expect(await store.recurringRuns.get(stored.recurringRunId)).toEqual(stored);
    }));

  test("enabling and disabling notes the time", () =>
    withStore(adapter, async (store) => {
      const stored = recurringRun();
      await store.recurringRuns.insert(stored);
      expect(await store.recurringRuns.setEnabled(stored.recurringRunId, false, 1_900_000_000)).toBe(true);
      const disabled = { ...stored, enabled: false, updatedAt: 1_900_000_000 };
      expect(await store.recurringRuns.get(stored.recurringRunId)).toEqual(disabled);
      expect(await store.recurringRuns.setEnabled(stored.recurringRunId, true, 1_900_000_001)).toBe(true);
      expect((await store.recurringRuns.get(stored.recurringRunId))?.enabled).toBe(true);
    }));

  test("one that is not there is undefined, and nothing can be done with it", () =>
    withStore(adapter, async (store) => {
      expect(await store.recurringRuns.get("nobody")).toBeUndefined();
      expect(await store.recurringRuns.setEnabled("nobody", true, 1)).toBe(false);
      expect(await store.recurringRuns.delete("nobody")).toBe(false);
    }));

  test("a list is restricted to an experiment, to a namespace, or to both", () =>
    withStore(adapter, async (store) => {
      const [a, b] = [
        recurringRun({ experimentId: "e1", namespace: "a" }),
        recurringRun({ experimentId: "e1", namespace: "b" }),
      ];
      const c = recurringRun({ experimentId: "e2", namespace: "a" });
      for (const one of [a, b, c]) await store.recurringRuns.insert(one);
      const list = (restriction: object) => store.recurringRuns.list({ ...recurringRuns(), ...restriction });
      expect((await list({})).totalSize).toBe(3);
      expect((await list({ experimentId: "e1" })).totalSize).toBe(2);
      expect((await list({ namespace: "a" })).totalSize).toBe(2);
      expect(await list({ experimentId: "e1", namespace: "a" })).toEqual({ items: [a], totalSize: 1 });
      expect(await store.recurringRuns.delete(a.recurringRunId)).toBe(true);
      expect((await list({ namespace: "a" })).totalSize).toBe(1);
      expect((await store.counts()).recurringRuns).toBe(2);
    }));
});
