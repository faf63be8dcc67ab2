import { describe, expect, test } from "vitest";
import { adapters, withStore } from "./adapters.ts";
import { recurringRun, run } from "./records.ts";

describe.each(adapters)("when recurring runs are looked at, in $name", (adapter) => {
  test("a new one at once, then as noted, those first that have waited longest", () =>
    withStore(adapter, async ({ schedule, recurringRuns }) => {
      const [a, b, c] = [recurringRun(), recurringRun(), recurringRun({ enabled: false })];
      for (const one of [a, b, c]) await recurringRuns.insert(one);
      expect(new Set(await schedule.due(5, 10))).toEqual(new Set([a.recurringRunId, b.recurringRunId]));
      expect(await schedule.nextLook()).toBe(0);
      await schedule.lookAgain(a.recurringRunId, 0, 2 ** 53 - 1);
      await schedule.lookAgain(b.recurringRunId, 0, 70);
      expect(await schedule.due(69, 10)).toEqual([]);
      expect(await schedule.nextLook()).toBe(70);
      expect(await schedule.due(70, 10)).toEqual([b.recurringRunId]);
      await schedule.lookAgainAtAll();
      expect(await schedule.due(0, 10)).toHaveLength(2);
      expect(await schedule.due(0, 1)).toHaveLength(1);
    }));

  test("none where none is enabled, and one that is enabled again at once", () =>
    withStore(adapter, async ({ schedule, recurringRuns }) => {
      const { recurringRunId } = recurringRun();
      await recurringRuns.insert(recurringRun({ recurringRunId }));
      await schedule.lookAgain(recurringRunId, 0, 900);
      await recurringRuns.setEnabled(recurringRunId, false, 1);
      expect(await schedule.nextLook()).toBeUndefined();
      await recurringRuns.setEnabled(recurringRunId, true, 2);
      expect(await schedule.nextLook()).toBe(0);
    }));

  test("the run of a number is noted once, and nothing that was decided before it counts after it", () =>
    withStore(adapter, async ({ schedule, recurringRuns }) => {
      const stored = recurringRun();
      const { recurringRunId } = stored;
      await recurringRuns.insert(stored);
      expect(await schedule.noteTick(recurringRunId, { tick: 60, index: 1, lookAt: 120 })).toBe(true);
      expect(await schedule.noteTick(recurringRunId, { tick: 61, index: 1, lookAt: 121 })).toBe(false);
      await schedule.lookAgain(recurringRunId, 0, 5);
      expect(await schedule.nextLook()).toBe(120);
      expect(await schedule.get(recurringRunId)).toEqual({
        recurringRun: stored,
        lastTick: 60,
        lastIndex: 1,
        unfinished: 0,
      });
      expect(await schedule.get("nobody")).toBeUndefined();
      expect(await schedule.noteTick("nobody", { tick: 60, index: 1, lookAt: 120 })).toBe(false);
    }));

  test("its runs that have not ended are counted, also those in the archive", () =>
    withStore(adapter, async ({ schedule, recurringRuns, runs }) => {
      const { recurringRunId } = recurringRun();
      await recurringRuns.insert(recurringRun({ recurringRunId }));
      const states = ["PENDING", "RUNNING", "CANCELING", "SUCCEEDED", "FAILED", "CANCELED"] as const;
      for (const state of states) await runs.insert(run({ recurringRunId, state }), "{}");
      await runs.insert(run({ recurringRunId, storageState: "ARCHIVED" }), "{}");
      await runs.insert(run({ recurringRunId: "another" }), "{}");
      await runs.insert(run(), "{}");
      expect((await schedule.get(recurringRunId))?.unfinished).toBe(4);
    }));
});
