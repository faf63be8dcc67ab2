import { beforeAll, describe, expect, test } from "vitest";
import { type Experiment, filter, type Pipeline } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { compiledPipeline, compiledText } from "../helpers/packages.ts";
import { usePipelinesServer } from "../helpers/pipelines-server.ts";

const server = usePipelinesServer();

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test("healthz says what the server is", async () => {
  expect(await server.client.healthz.get()).toMatchObject({ multiUser: false });
});

describe("experiments", () => {
  let made: Experiment;
  beforeAll(async () => {
    made = await server.client.experiments.create({ displayName: "Nightly builds", description: "all of them" });
  });

  test("what was created can be got by id and by name, and names are compared without case", async () => {
    const { experiments } = server.client;
    expect(made).toMatchObject({
      displayName: "Nightly builds",
      description: "all of them",
      storageState: "AVAILABLE",
    });
    expect(made.createdAt).toBeInstanceOf(Date);
    expect(made.lastRunCreatedAt).toBeUndefined();
    expect(await experiments.get(made.experimentId)).toEqual(made);
    expect(await experiments.getByName("Nightly builds")).toEqual(made);
    expect(await experiments.getByName("NIGHTLY builds")).toEqual(made);
  });

  test("one that is not there is NOT_FOUND, by id with the answer of the API, by name from here", async () => {
    const byId = await failureOf(server.client.experiments.get("00000000-0000-7000-8000-000000000000"));
    expect(byId).toMatchObject({ code: "NOT_FOUND", status: 404, operation: "experiments.get" });
    const byName = await failureOf(server.client.experiments.getByName("no such", { namespace: "team-a" }));
    expect(byName.code).toBe("NOT_FOUND");
    expect(byName.message).toBe('There is no experiment "no such" in the namespace team-a.');
  });

  test("a name that is taken is ALREADY_EXISTS; getOrCreate takes the one that is there, as it is", async () => {
    const { experiments } = server.client;
    expect((await failureOf(experiments.create({ displayName: "nightly BUILDS" }))).code).toBe("ALREADY_EXISTS");
    expect(await experiments.getOrCreate({ displayName: "nightly builds", description: "other" })).toEqual(made);
  });

  test("getOrCreate of many at the same time makes one", async () => {
    const { experiments } = server.client;
    const found = await Promise.all(
      Array.from({ length: 10 }, () => experiments.getOrCreate({ displayName: "raced" })),
    );
    expect(new Set(found.map(({ experimentId }) => experimentId)).size).toBe(1);
  });

  test("archive, unarchive and delete do what they say", async () => {
    const { experiments } = server.client;
    const { experimentId } = await experiments.create({ displayName: "short-lived" });
    await experiments.archive(experimentId);
    expect((await experiments.get(experimentId)).storageState).toBe("ARCHIVED");
    expect(await experiments.getByName("short-lived")).toMatchObject({ experimentId });
    await experiments.unarchive(experimentId);
    expect((await experiments.get(experimentId)).storageState).toBe("AVAILABLE");
    await experiments.delete(experimentId);
    expect((await failureOf(experiments.get(experimentId))).code).toBe("NOT_FOUND");
  });

  test("lists follow their pages, sort and filter", async () => {
    const { experiments } = server.client;
    for (let index = 0; index < 7; index += 1) await experiments.create({ displayName: `paged ${index}` });
    const paged = filter("experiments").where("displayName").isSubstring("paged ");
    const names = (await all(experiments.list({ filter: paged, pageSize: 3, sortBy: "displayName desc" }))).map(
      ({ displayName }) => displayName,
    );
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `paged ${index}`));
    const page = await experiments.list({ filter: paged, pageSize: 3 });
    expect([page.items.length, page.totalSize]).toEqual([3, 7]);
  });
});

describe("pipelines and their versions", () => {
  let made: Pipeline;
  beforeAll(async () => {
    made = await server.client.pipelines.upload({
      text: compiledText("train"),
      name: "Train",
      tags: { team: "vision" },
    });
  });

  test("an upload can be got by id and by name, whatever characters the name has", async () => {
    const { pipelines } = server.client;
    expect(await pipelines.get(made.pipelineId)).toEqual(made);
    expect(await pipelines.getByName("Train")).toEqual(made);
    for (const name of ["a/b:c?d", "..", "100 % ü", "[x]"]) {
      const odd = await pipelines.upload({ text: compiledText(), name });
      expect((await pipelines.getByName(name)).pipelineId).toBe(odd.pipelineId);
    }
    expect((await failureOf(pipelines.getByName("none"))).code).toBe("NOT_FOUND");
    expect((await failureOf(pipelines.getByName("no/ne"))).code).toBe("NOT_FOUND");
  });

  test("the pipeline comes back as it was uploaded", async () => {
    const versions = await server.client.pipelineVersions.list(made.pipelineId);
    expect(versions.items).toHaveLength(1);
    expect(versions.items[0]?.pipelineSpec).toEqual(compiledPipeline("train"));
  });

  test("a version is uploaded to a pipeline by id or by name, gets a name with the time by default, and is found by name", async () => {
    const { pipelines, pipelineVersions } = server.client;
    const byId = await pipelineVersions.upload({
      spec: compiledPipeline("train"),
      pipelineId: made.pipelineId,
      name: "v2",
    });
    expect(byId).toMatchObject({ pipelineId: made.pipelineId, name: "v2" });
    const byName = await pipelines.uploadVersion({ text: compiledText("train"), pipelineName: "train" });
    expect(byName.name).toMatch(/^train \d{4}-\d\d-\d\d \d\d-\d\d-\d\d$/);
    expect(await pipelineVersions.getByName(made.pipelineId, "v2")).toEqual(byId);
    expect(await pipelineVersions.get(made.pipelineId, byId.pipelineVersionId)).toEqual(byId);
    expect((await failureOf(pipelineVersions.getByName(made.pipelineId, "v3"))).message).toContain(made.pipelineId);
  });

  test("a version for a pipeline that is not there is NOT_FOUND before anything is sent; neither or both names of it is BAD_ARGUMENT", async () => {
    const { pipelineVersions } = server.client;
    const unknown = await failureOf(
      pipelineVersions.upload({ text: compiledText(), pipelineName: "no such", name: "v" }),
    );
    expect(unknown.code).toBe("NOT_FOUND");
    expect(unknown.message).toContain('"no such"');
    expect((await failureOf(pipelineVersions.upload({ text: "x", name: "v" } as never))).code).toBe("BAD_ARGUMENT");
    const both = { text: "x", name: "v", pipelineId: "1", pipelineName: "2" } as never;
    expect((await failureOf(pipelineVersions.upload(both))).code).toBe("BAD_ARGUMENT");
  });

  test("update changes display name and labels, and an empty object takes the labels away", async () => {
    const { pipelines, pipelineVersions } = server.client;
    const { pipelineId } = await pipelines.upload({ text: compiledText(), name: "labelled", tags: { a: "1", b: "2" } });
    expect(await pipelines.update(pipelineId, { displayName: "Labelled" })).toMatchObject({
      displayName: "Labelled",
      tags: { a: "1", b: "2" },
    });
    expect((await pipelines.update(pipelineId, { tags: { c: "3" } })).tags).toEqual({ c: "3" });
    expect((await pipelines.update(pipelineId, { tags: {} })).tags ?? {}).toEqual({});
    const [version] = (await pipelineVersions.list(pipelineId)).items;
    const changed = await pipelineVersions.update(pipelineId, version?.pipelineVersionId ?? "", { tags: { d: "4" } });
    expect(changed.tags).toEqual({ d: "4" });
    expect(
      (await all(pipelineVersions.list(pipelineId, { filter: filter("pipelineVersions").where("tags.d").equals("4") })))
        .length,
    ).toBe(1);
  });

  test("a pipeline with versions is deleted only with cascade", async () => {
    const { pipelines, pipelineVersions } = server.client;
    const { pipelineId } = await pipelines.upload({ text: compiledText(), name: "doomed" });
    expect((await failureOf(pipelines.delete(pipelineId))).code).toBe("INVALID_REQUEST");
    const [version] = (await pipelineVersions.list(pipelineId)).items;
    await pipelineVersions.delete(pipelineId, version?.pipelineVersionId ?? "");
    await pipelines.delete(pipelineId);
    const other = await pipelines.upload({ text: compiledText(), name: "doomed" });
    await pipelines.delete(other.pipelineId, { cascade: true });
    expect((await failureOf(pipelines.get(other.pipelineId))).code).toBe("NOT_FOUND");
  });

  test("create makes a pipeline without a version; a version by URL is refused by the server for a private address", async () => {
    const { pipelines, pipelineVersions } = server.client;
    const { pipelineId } = await pipelines.create({ displayName: "bare", name: "bare" });
    expect((await pipelineVersions.list(pipelineId)).totalSize).toBe(0);
    const version = { displayName: "v", name: "v", packageUrl: { pipelineUrl: "https://127.0.0.1/p.yaml" } };
    expect((await failureOf(pipelineVersions.create(pipelineId, version))).code).toBe("INVALID_REQUEST");
    expect((await failureOf(pipelines.createWithVersion({ displayName: "u", name: "u" }, version))).code).toBe(
      "INVALID_REQUEST",
    );
  });

  test("what the server refuses about a package comes out with its reason", async () => {
    const error = await failureOf(server.client.pipelines.upload({ text: "a: 1", name: "bad" }));
    expect(error).toMatchObject({ code: "INVALID_REQUEST", operation: "pipelines.upload" });
  });
});
