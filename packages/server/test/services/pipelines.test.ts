import { describe, expect, it } from "vitest";
import { call, echo, packageFile, refusalOf, startServices } from "./harness.ts";

const url = "https://github.com/kubeflow/pipelines/hello.yaml";
const urls = { [url]: packageFile(echo, "hello.json"), "https://github.com/text": packageFile("a: b", "x.yaml") };

describe("changing a pipeline", () => {
  it("leaves tags that are absent, clears them with an empty object, and else replaces all", async () => {
    const { pipelines } = (await startServices()).handlers;
    const { pipelineId } = await call(pipelines.create, { body: { name: "p", tags: { a: "1", b: "2" } } });
    const update = async (body: object) => {
      const { displayName, tags } = await call(pipelines.update, { params: { pipelineId }, body });
      return [displayName, tags];
    };
    expect(await update({})).toEqual(["p", { a: "1", b: "2" }]);
    expect(await update({ displayName: "Shown" })).toEqual(["Shown", { a: "1", b: "2" }]);
    expect(await update({ displayName: "" })).toEqual(["Shown", { a: "1", b: "2" }]);
    expect(await update({ tags: { b: "3", c: "4" } })).toEqual(["Shown", { b: "3", c: "4" }]);
    expect(await update({ tags: {} })).toEqual(["Shown", {}]);
  });

  it("changes nothing but its display name and its tags", async () => {
    const { pipelines } = (await startServices()).handlers;
    const before = await call(pipelines.create, { body: { name: "p", description: "d" } });
    const params = { pipelineId: before.pipelineId };
    const body = { pipelineId: "other", name: "q", description: "e", namespace: "n", createdAt: new Date(0) };
    expect(await call(pipelines.update, { params, body })).toEqual(before);
  });

  it("refuses tags over the limits, and says that a pipeline is not there", async () => {
    const { pipelines } = (await startServices()).handlers;
    const params = { pipelineId: "none" };
    expect(await refusalOf(call(pipelines.update, { params, body: { tags: { "a.b": "c" } } }))).toMatchObject({
      message: "tag key \"a.b\" must not contain '.' character",
    });
    expect(await refusalOf(call(pipelines.update, { params }))).toEqual({
      code: "NOT_FOUND",
      message: "Pipeline none not found",
    });
  });
});

describe("deleting a pipeline", () => {
  it("with versions takes cascade, and then deletes them as well", async () => {
    const { pipelines, pipelineVersions } = (await startServices()).handlers;
    const { pipelineId } = await call(pipelines.upload, { query: { name: "p" }, file: packageFile() });
    const [version] = (await call(pipelineVersions.list, { params: { pipelineId } })).pipelineVersions;
    const { pipelineVersionId = "" } = version ?? {};
    expect(await refusalOf(call(pipelines.delete, { params: { pipelineId } }))).toEqual({
      code: "INVALID_ARGUMENT",
      message: `Failed to delete pipeline with id ${pipelineId} as it has existing pipeline versions (e.g. ${pipelineVersionId}). Set cascade=true to delete all versions`,
    });
    await call(pipelines.delete, { params: { pipelineId }, query: { cascade: true } });
    expect(await refusalOf(call(pipelineVersions.get, { params: { pipelineId, pipelineVersionId } }))).toEqual({
      code: "NOT_FOUND",
      message: `PipelineVersion ${pipelineVersionId} not found`,
    });
  });
});

describe("a pipeline with a version from a URL", () => {
  it("gives the version its names and description, and keeps the URL", async () => {
    const { pipelines, pipelineVersions } = (await startServices({ urls })).handlers;
    const pipelineVersion = { packageUrl: { pipelineUrl: url }, name: "ignored", tags: { v: "1" } };
    const body = { pipeline: { displayName: "Shown", description: "d", tags: { p: "1" } }, pipelineVersion };
    const { pipelineId, ...pipeline } = await call(pipelines.createWithVersion, { body: body as never });
    expect(pipeline).toMatchObject({ name: "Shown", displayName: "Shown", description: "d", tags: { p: "1" } });
    const [version] = (await call(pipelineVersions.list, { params: { pipelineId } })).pipelineVersions;
    expect(version).toMatchObject({
      name: "Shown",
      displayName: "Shown",
      description: "d",
      packageUrl: { pipelineUrl: url },
      tags: { v: "1" },
    });
  });

  it("without a name is called by the last part of the URL", async () => {
    const { pipelines } = (await startServices({ urls })).handlers;
    const body = { pipelineVersion: { packageUrl: { pipelineUrl: url } } };
    expect(await call(pipelines.createWithVersion, { body: body as never })).toMatchObject({ name: "hello.yaml" });
  });

  it("is not stored when the package is no pipeline", async () => {
    const { handlers, store } = await startServices({ urls });
    const body = {
      pipeline: { name: "p" },
      pipelineVersion: { packageUrl: { pipelineUrl: "https://github.com/text" } },
    };
    expect(await refusalOf(call(handlers.pipelines.createWithVersion, { body: body as never }))).toEqual({
      code: "INVALID_ARGUMENT",
      message: "unknown template format",
    });
    expect(await store.counts()).toMatchObject({ pipelines: 0, pipelineVersions: 0 });
  });
});
