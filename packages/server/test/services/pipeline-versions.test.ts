import { describe, expect, it } from "vitest";
import { call, echo, packageFile, refusalOf, startServices } from "./harness.ts";

const url = "https://github.com/kubeflow/pipelines/hello.json";
const urls = { [url]: packageFile(echo, "hello.json") };

async function withPipeline() {
  const { handlers, ...rest } = await startServices({ urls });
  const { pipelineId } = await call(handlers.pipelines.upload, { query: { name: "p" }, file: packageFile() });
  return { ...rest, handlers, pipelineId, versions: handlers.pipelineVersions };
}

describe("a version from a URL", () => {
  it("belongs to the pipeline of the path, and keeps the URL, the link to its source, and its tags", async () => {
    const { versions, pipelineId } = await withPipeline();
    const body = {
      pipelineId: "another",
      displayName: "Two",
      packageUrl: { pipelineUrl: url },
      codeSourceUrl: "https://example.com/src",
      description: "d",
      tags: { a: "b" },
    };
    const made = await call(versions.create, { params: { pipelineId }, body });
    expect(made).toMatchObject({ ...body, pipelineId, name: "Two" });
    const { pipelineVersionId } = made;
    expect(await call(versions.get, { params: { pipelineId, pipelineVersionId } })).toEqual(made);
  });

  it.each([
    ["no URL at all", { pipelineId: "p", name: "v" }, "Failed to create a pipeline version. Package URL is nil"],
    ["an empty URL", { packageUrl: {} }, "Failed to create a pipeline version. Package URL is empty"],
    [
      "what is no URL",
      { pipelineId: "p", name: "v", packageUrl: { pipelineUrl: "nope" } },
      "Failed to create a pipeline version due to invalid pipeline spec URI. PipelineSpecURI: nope. Please specify a valid URL",
    ],
    [
      "a name over the limit",
      { pipelineId: "p", name: "v".repeat(128), packageUrl: { pipelineUrl: url } },
      "PipelineVersion.Name length cannot exceed 127 bytes of UTF-8; it has 128",
    ],
    [
      "too many tags",
      { pipelineId: "p", name: "v", packageUrl: { pipelineUrl: url }, tags: { "a.b": "" } },
      "tag key \"a.b\" must not contain '.' character",
    ],
  ])("is refused with %s", async (_, body, message) => {
    const { versions, pipelineId } = await withPipeline();
    expect(await refusalOf(call(versions.create, { params: { pipelineId }, body }))).toEqual({
      code: "INVALID_ARGUMENT",
      message,
    });
  });

  it("is refused for a pipeline that is not there, and under a name that is taken", async () => {
    const { versions, pipelineId } = await withPipeline();
    const body = { pipelineId: "x", name: "P", packageUrl: { pipelineUrl: url } };
    expect(await refusalOf(call(versions.create, { params: { pipelineId: "none" }, body }))).toEqual({
      code: "NOT_FOUND",
      message: "Pipeline none not found",
    });
    expect(await refusalOf(call(versions.create, { params: { pipelineId }, body }))).toEqual({
      code: "ALREADY_EXISTS",
      message: "Failed to create a new pipeline version. The name P already exist. Specify a new name",
    });
  });
});

describe("a version", () => {
  it("can be given another display name and other tags, and nothing else", async () => {
    const { versions, pipelineId } = await withPipeline();
    const [before] = (await call(versions.list, { params: { pipelineId } })).pipelineVersions;
    const params = { pipelineId, pipelineVersionId: before?.pipelineVersionId ?? "" };
    const update = (body: object) => call(versions.update, { params, body });
    expect(await update({ name: "q", description: "e", pipelineSpec: {} })).toEqual(before);
    expect(await update({ displayName: "Shown", tags: { a: "1" } })).toMatchObject({
      displayName: "Shown",
      tags: { a: "1" },
    });
    expect(await update({ displayName: "" })).toMatchObject({ displayName: "Shown", tags: { a: "1" } });
    expect(await update({ tags: {} })).toMatchObject({ displayName: "Shown", tags: {} });
    expect(await refusalOf(call(versions.update, { params: { pipelineId, pipelineVersionId: "none" } }))).toEqual({
      code: "NOT_FOUND",
      message: "PipelineVersion none not found",
    });
  });

  it("is found by its own id, whichever pipeline the path names", async () => {
    const { versions, pipelineId } = await withPipeline();
    const [version] = (await call(versions.list, { params: { pipelineId } })).pipelineVersions;
    const params = { pipelineId: "another", pipelineVersionId: version?.pipelineVersionId ?? "" };
    expect(await call(versions.get, { params })).toMatchObject({ pipelineId });
    await call(versions.delete, { params });
    expect(await refusalOf(call(versions.delete, { params }))).toMatchObject({ code: "NOT_FOUND" });
  });
});
