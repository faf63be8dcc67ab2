import { describe, expect, test } from "vitest";
import { adapters, withStore } from "./adapters.ts";
import { run, runs } from "./records.ts";

describe.each(adapters)("runs in $name", (adapter) => {
  test("a run comes back as it was stored, inline or by reference", () =>
    withStore(adapter, async (store) => {
      const inline = run({ parameters: '{"a":1.5}', pluginsInput: "{}", recurringRunId: "7", finishedAt: 2 ** 33 });
      const reference = run({ pipelineId: "p", pipelineVersionId: "v", pipelineSpec: "" });
      expect(await store.runs.insert(inline, inline.pipelineSpec)).toBe(true);
      expect(await store.runs.insert(reference, '{"of":"the version"}')).toBe(true);
      expect(await store.runs.get(inline.runId)).toEqual(inline);
      expect(await store.runs.get(reference.runId)).toEqual(reference);
      expect((await store.runs.list(runs())).items).toHaveLength(2);
      expect(await store.runs.launchedSpec(inline.runId)).toBe(inline.pipelineSpec);
      expect(await store.runs.launchedSpec(reference.runId)).toBe('{"of":"the version"}');
    }));

  test("an inline specification and what is launched may differ in their text", () =>
    withStore(adapter, async (store) => {
      const one = run({ pipelineSpec: '{"a": 1}' });
      await store.runs.insert(one, '{"a":1}');
      expect(await store.runs.get(one.runId)).toEqual(one);
      expect(await store.runs.launchedSpec(one.runId)).toBe('{"a":1}');
    }));

  test("a run that is not there is undefined, and nothing can be done with it", () =>
    withStore(adapter, async (store) => {
      expect(await store.runs.get("nobody")).toBeUndefined();
      expect(await store.runs.launchedSpec("nobody")).toBeUndefined();
      expect(await store.runs.setStorageState("nobody", "ARCHIVED")).toBe(false);
      expect(await store.runs.setState("nobody", ["PENDING"], "FAILED", 1)).toBe(false);
      expect(await store.runs.delete("nobody")).toBe(false);
    }));

  test("an id is taken once, and the second attempt changes nothing", () =>
    withStore(adapter, async (store) => {
      const one = run();
      expect(await store.runs.insert(one, one.pipelineSpec)).toBe(true);
      expect(await store.runs.insert({ ...one, displayName: "other" }, "{}")).toBe(false);
      expect(await store.runs.get(one.runId)).toEqual(one);
      expect((await store.runs.list(runs())).totalSize).toBe(1);
    }));

  test("a run changes its state only from one of the given, and its history tells when", () =>
    withStore(adapter, async (store) => {
      const one = run();
      await store.runs.insert(one, one.pipelineSpec);
      expect(await store.runs.setState(one.runId, ["RUNNING"], "CANCELING", 5)).toBe(false);
      expect(await store.runs.setState(one.runId, [], "CANCELING", 5)).toBe(false);
      expect(await store.runs.get(one.runId)).toEqual(one);
      expect(await store.runs.setState(one.runId, ["RUNNING", "PENDING"], "CANCELING")).toBe(true);
      expect(await store.runs.get(one.runId)).toEqual({ ...one, state: "CANCELING" });
      expect(await store.runs.setState(one.runId, ["CANCELING"], "CANCELED", 1_900_000_000)).toBe(true);
      expect(await store.runs.get(one.runId)).toEqual({
        ...one,
        state: "CANCELED",
        stateHistory: [...one.stateHistory, { updateTime: 1_900_000_000, state: "CANCELED" }],
      });
    }));

  test("of callers at once that want to bring a run out of a state, one does", () =>
    withStore(adapter, async (store) => {
      const one = run();
      await store.runs.insert(one, one.pipelineSpec);
      const done = await Promise.all(
        Array.from({ length: 5 }, (_, at) => store.runs.setState(one.runId, ["PENDING"], "CANCELING", at)),
      );
      expect(done.filter(Boolean)).toHaveLength(1);
      expect((await store.runs.get(one.runId))?.stateHistory).toHaveLength(2);
    }));

  test("archiving a run twice is the same as once, and it comes back", () =>
    withStore(adapter, async (store) => {
      const one = run();
      await store.runs.insert(one, one.pipelineSpec);
      for (let times = 0; times < 2; times++)
        expect(await store.runs.setStorageState(one.runId, "ARCHIVED")).toBe(true);
      expect(await total("ARCHIVED")).toBe(1);
      expect(await total("AVAILABLE")).toBe(0);
      expect(await store.runs.setStorageState(one.runId, "AVAILABLE")).toBe(true);
      expect(await store.runs.get(one.runId)).toEqual(one);
      expect(await total("AVAILABLE")).toBe(1);

      async function total(value: string): Promise<number> {
        const where = [{ operation: "EQUALS", key: "storage_state", value } as const];
        return (await store.runs.list(runs({ where }))).totalSize;
      }
    }));

  test("a deleted run is gone, and deleting it again says so", () =>
    withStore(adapter, async (store) => {
      const one = run();
      await store.runs.insert(one, one.pipelineSpec);
      expect(await store.runs.delete(one.runId)).toBe(true);
      expect(await store.runs.delete(one.runId)).toBe(false);
      expect(await store.runs.get(one.runId)).toBeUndefined();
      expect(await store.runs.launchedSpec(one.runId)).toBeUndefined();
    }));

  test("a text with a NUL character is refused by name, and nothing of the run is stored", () =>
    withStore(adapter, async (store) => {
      const one = run({ displayName: "before\0after" });
      const refused = store.runs.insert(one, one.pipelineSpec);
      await expect(refused).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: /NUL character.*before/ });
      expect((await store.runs.list(runs())).totalSize).toBe(0);
    }));
});
