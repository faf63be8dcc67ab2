import { describe, expect, test } from "vitest";
import { adapters, withStore } from "./adapters.ts";
import { pipeline, version, versions } from "./records.ts";

describe.each(adapters)("pipeline versions in $name", (adapter) => {
  test("a version comes back as it was stored, with its specification and tags", () =>
    withStore(adapter, async (store) => {
      const { pipelineId } = await inserted();
      const pipelineSpec = JSON.stringify({ text: "ü 🌙".repeat(10_000) });
      const stored = version(pipelineId, { pipelineSpec, packageUrl: "https://a/b", tags: { a: "b" } });
      expect(await store.pipelineVersions.insert(stored)).toBe("stored");
      expect(await store.pipelineVersions.get(stored.pipelineVersionId)).toEqual(stored);
      expect((await store.pipelineVersions.list({ ...versions(), pipelineId })).items).toEqual([stored]);

      async function inserted() {
        const one = pipeline();
        await store.pipelines.insert(one);
        return one;
      }
    }));

  test("a version needs its pipeline, and a name that no other version of it has in any case", () =>
    withStore(adapter, async (store) => {
      const [first, second] = [pipeline(), pipeline()];
      await store.pipelines.insert(first);
      await store.pipelines.insert(second);
      expect(await store.pipelineVersions.insert(version("nobody"))).toBe("no pipeline");
      expect(await store.pipelineVersions.insert(version(first.pipelineId, { name: "v1" }))).toBe("stored");
      expect(await store.pipelineVersions.insert(version(first.pipelineId, { name: "V1" }))).toBe("name taken");
      expect(await store.pipelineVersions.insert(version(second.pipelineId, { name: "V1" }))).toBe("stored");
      expect((await store.counts()).pipelineVersions).toBe(2);
    }));

  test("the latest version is the one that was made last, by id within the same second", () =>
    withStore(adapter, async (store) => {
      const { pipelineId, ...rest } = pipeline();
      expect(await store.pipelineVersions.latest(pipelineId)).toBeUndefined();
      await store.pipelines.insert({ pipelineId, ...rest });
      for (const [pipelineVersionId, createdAt] of [
        ["b", 5],
        ["c", 7],
        ["d", 7],
        ["e", 6],
      ] as const) {
        await store.pipelineVersions.insert(version(pipelineId, { pipelineVersionId, createdAt }));
      }
      expect((await store.pipelineVersions.latest(pipelineId))?.pipelineVersionId).toBe("d");
      expect(await store.pipelineVersions.delete("d")).toBe(true);
      expect((await store.pipelineVersions.latest(pipelineId))?.pipelineVersionId).toBe("c");
    }));

  test("a change leaves what it does not name; tags are replaced as a whole", () =>
    withStore(adapter, async (store) => {
      const owner = pipeline();
      const stored = version(owner.pipelineId, { tags: { a: "1" } });
      await store.pipelines.insert(owner, stored);
      const { pipelineVersionId } = stored;
      const renamed = { ...stored, displayName: "new" };
      expect(await store.pipelineVersions.update(pipelineVersionId, { displayName: "new" })).toEqual(renamed);
      const retagged = { ...renamed, tags: { b: "2" } };
      expect(await store.pipelineVersions.update(pipelineVersionId, { tags: { b: "2" } })).toEqual(retagged);
      expect(await store.pipelineVersions.get(pipelineVersionId)).toEqual(retagged);
      expect(await store.pipelineVersions.update("nobody", { displayName: "x" })).toBeUndefined();
    }));

  test("a deleted version is gone, and deleting it again says so", () =>
    withStore(adapter, async (store) => {
      const owner = pipeline();
      const stored = version(owner.pipelineId, { tags: { a: "1" } });
      await store.pipelines.insert(owner, stored);
      expect(await store.pipelineVersions.delete(stored.pipelineVersionId)).toBe(true);
      expect(await store.pipelineVersions.delete(stored.pipelineVersionId)).toBe(false);
      expect(await store.pipelineVersions.get(stored.pipelineVersionId)).toBeUndefined();
      expect(await store.pipelines.get(owner.pipelineId)).toEqual(owner);
    }));

  test("a pipeline that is deleted while versions come to it leaves none behind", () =>
    withStore(adapter, async (store) => {
      for (let round = 0; round < 10; round++) {
        const owner = pipeline();
        await store.pipelines.insert(owner);
        const [inserts, deletion] = await Promise.all([
          Promise.all(Array.from({ length: 5 }, () => store.pipelineVersions.insert(version(owner.pipelineId)))),
          store.pipelines.delete(owner.pipelineId, { cascade: round % 2 === 0 }),
        ]);
        const present = (await store.pipelines.get(owner.pipelineId)) !== undefined;
        const { totalSize } = await store.pipelineVersions.list({ ...versions(), pipelineId: owner.pipelineId });
        expect(present).toBe(deletion.outcome !== "deleted");
        expect(totalSize).toBe(present ? inserts.filter((outcome) => outcome === "stored").length : 0);
        await store.pipelines.delete(owner.pipelineId, { cascade: true });
      }
      expect(await store.counts()).toMatchObject({ pipelines: 0, pipelineVersions: 0 });
    }));

  test("status and pipeline_spec can be filtered by", () =>
    withStore(adapter, async (store) => {
      const owner = pipeline();
      const { pipelineId } = owner;
      const wanted = version(pipelineId, { pipelineSpec: '{"name":"Wanted, über alles"}' });
      await store.pipelines.insert(owner, wanted);
      await store.pipelineVersions.insert(version(pipelineId));
      const bySpec = versions({ where: [{ operation: "IS_SUBSTRING", key: "pipeline_spec", value: "WANTED, über" }] });
      expect((await store.pipelineVersions.list({ ...bySpec, pipelineId })).items).toEqual([wanted]);
      const ready = versions({ where: [{ operation: "EQUALS", key: "status", value: "ready" }], sortBy: "status" });
      expect((await store.pipelineVersions.list({ ...ready, pipelineId })).totalSize).toBe(2);
      const sorted = await store.pipelineVersions.list({ ...versions({ sortBy: "pipeline_spec" }), pipelineId });
      expect(sorted.items[0]).toEqual(wanted);
    }));
});
