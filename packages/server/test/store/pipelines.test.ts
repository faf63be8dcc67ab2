import { describe, expect, test } from "vitest";
import { adapters, withStore } from "./adapters.ts";
import { pipeline, pipelines, version, versions } from "./records.ts";

describe.each(adapters)("pipelines in $name", (adapter) => {
  test("a pipeline comes back as it was stored, with its tags", () =>
    withStore(adapter, async (store) => {
      const stored = pipeline({ description: "d", namespace: "team-a", tags: { env: "prod", "": "empty", Ünï: "ß" } });
      expect(await store.pipelines.insert(stored)).toBe(true);
      expect(await store.pipelines.get(stored.pipelineId)).toEqual(stored);
      expect((await store.pipelines.list(pipelines())).items).toEqual([stored]);
    }));

  test("a tag may have the name of something that JavaScript knows", () =>
    withStore(adapter, async (store) => {
      const tags = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
      const stored = pipeline({ tags });
      await store.pipelines.insert(stored);
      const found = await store.pipelines.get(stored.pipelineId);
      expect(Object.entries(found?.tags ?? {}).sort()).toEqual([
        ["__proto__", "a"],
        ["constructor", "b"],
      ]);
    }));

  test("a pipeline that is not there is undefined", () =>
    withStore(adapter, async (store) => {
      expect(await store.pipelines.get("nobody")).toBeUndefined();
      expect(await store.pipelines.getByName("", "nobody")).toBeUndefined();
      expect(await store.pipelines.update("nobody", { displayName: "x", tags: { a: "b" } })).toBeUndefined();
      expect(await store.pipelines.delete("nobody", { cascade: false })).toEqual({ outcome: "absent" });
      expect(await store.pipelines.delete("nobody", { cascade: true })).toEqual({ outcome: "absent" });
    }));

  test("a pipeline is found by its name in any case, in its namespace only", () =>
    withStore(adapter, async (store) => {
      const shared = pipeline({ name: "Hello" });
      const own = pipeline({ name: "Hello", namespace: "team-a" });
      await store.pipelines.insert(shared);
      await store.pipelines.insert(own);
      expect(await store.pipelines.getByName("", "HELLO")).toEqual(shared);
      expect(await store.pipelines.getByName("team-a", "hello")).toEqual(own);
      expect(await store.pipelines.getByName("team-b", "hello")).toBeUndefined();
    }));

  test("a name that differs only in case is taken in the same namespace; then nothing of the version is stored", () =>
    withStore(adapter, async (store) => {
      await store.pipelines.insert(pipeline({ name: "hello" }));
      const second = pipeline({ name: "HELLO", tags: { a: "b" } });
      const itsVersion = version(second.pipelineId);
      expect(await store.pipelines.insert(second, itsVersion)).toBe(false);
      expect(await store.pipelines.get(second.pipelineId)).toBeUndefined();
      expect(await store.pipelineVersions.get(itsVersion.pipelineVersionId)).toBeUndefined();
      expect(await store.counts()).toMatchObject({ pipelines: 1, pipelineVersions: 0 });
    }));

  test("a pipeline and its first version are stored together", () =>
    withStore(adapter, async (store) => {
      const stored = pipeline();
      const first = version(stored.pipelineId);
      expect(await store.pipelines.insert(stored, first)).toBe(true);
      expect(await store.pipelineVersions.latest(stored.pipelineId)).toEqual(first);
    }));

  test("when the first version cannot be stored, the pipeline is not there either", () =>
    withStore(adapter, async (store) => {
      const stored = pipeline();
      await expect(store.pipelines.insert(stored, version("another pipeline"))).rejects.toThrow("first version");
      expect(await store.pipelines.get(stored.pipelineId)).toBeUndefined();
      expect(await store.counts()).toMatchObject({ pipelines: 0, pipelineVersions: 0 });
    }));

  test("a change leaves what it does not name; tags are replaced as a whole", () =>
    withStore(adapter, async (store) => {
      const stored = pipeline({ displayName: "old", tags: { a: "1", b: "2" } });
      await store.pipelines.insert(stored);
      const { pipelineId } = stored;
      expect(await store.pipelines.update(pipelineId, { displayName: "new" })).toEqual({
        ...stored,
        displayName: "new",
      });
      const retagged = await store.pipelines.update(pipelineId, { tags: { c: "3" } });
      expect(retagged).toEqual({ ...stored, displayName: "new", tags: { c: "3" } });
      expect(await store.pipelines.update(pipelineId, { tags: {} })).toEqual({
        ...stored,
        displayName: "new",
        tags: {},
      });
      expect(await store.pipelines.get(pipelineId)).toEqual({ ...stored, displayName: "new", tags: {} });
    }));

  test("a pipeline with versions is deleted only with all of them", () =>
    withStore(adapter, async (store) => {
      const stored = pipeline({ tags: { a: "b" } });
      const { pipelineId } = stored;
      const [older, newer] = [
        version(pipelineId, { tags: { a: "b" } }),
        version(pipelineId, { createdAt: 1_900_000_000 }),
      ];
      await store.pipelines.insert(stored, older);
      await store.pipelineVersions.insert(newer);
      expect(await store.pipelines.delete(pipelineId, { cascade: false })).toEqual({
        outcome: "has versions",
        pipelineVersionId: newer.pipelineVersionId,
      });
      expect(await store.pipelines.get(pipelineId)).toEqual(stored);
      expect(await store.pipelines.delete(pipelineId, { cascade: true })).toEqual({ outcome: "deleted" });
      expect(await store.pipelines.get(pipelineId)).toBeUndefined();
      expect(await store.pipelineVersions.get(older.pipelineVersionId)).toBeUndefined();
      expect((await store.pipelineVersions.list({ ...versions(), pipelineId })).totalSize).toBe(0);
      expect(await store.counts()).toMatchObject({ pipelines: 0, pipelineVersions: 0 });
    }));

  test("a pipeline without versions is deleted as it is", () =>
    withStore(adapter, async (store) => {
      const stored = pipeline({ tags: { a: "b" } });
      await store.pipelines.insert(stored);
      expect(await store.pipelines.delete(stored.pipelineId, { cascade: false })).toEqual({ outcome: "deleted" });
      expect(await store.pipelines.get(stored.pipelineId)).toBeUndefined();
    }));

  test("tags filter by key and value without case, all of them together, and page by page", () =>
    withStore(adapter, async (store) => {
      const dev = pipeline({ name: "a", tags: { env: "dev", own: "me" } });
      const prod = pipeline({ name: "b", tags: { env: "Prod", own: "me" } });
      for (const one of [dev, prod, pipeline({ name: "c" })]) await store.pipelines.insert(one);
      const own = { operation: "EQUALS", key: "tags.own", value: "ME" } as const;
      const isProd = { operation: "EQUALS", key: "tags.ENV", value: "prod" } as const;
      const both = await store.pipelines.list(pipelines({ where: [own, isProd] }));
      expect(both).toEqual({ items: [prod], totalSize: 1, next: undefined });
      const first = await store.pipelines.list(pipelines({ where: [own], sortBy: "name", pageSize: 1 }));
      expect(first).toMatchObject({ items: [dev], totalSize: 2 });
      const second = pipelines({ where: [own], sortBy: "name", pageSize: 1 });
      expect(await store.pipelines.list({ ...second, after: first.next })).toEqual({ items: [prod], totalSize: 2 });
      const nobody = [{ operation: "EQUALS", key: "tags.own", value: "nobody" } as const];
      expect((await store.pipelines.list(pipelines({ where: nobody }))).totalSize).toBe(0);
    }));
});
