import { describe, expect, it } from "vitest";
import { UploadRefusal } from "../../src/services/upload-refusal.ts";
import { call, echo, packageFile, startServices } from "./harness.ts";

/** What an upload was refused with, and in which form. */
async function refused(promise: Promise<unknown>) {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(UploadRefusal);
    const { code, message, form, details } = error as UploadRefusal;
    return { code, message, form, details };
  }
  throw new Error("the upload was not refused");
}

describe("an uploaded pipeline", () => {
  it.each([
    [{ name: "n", displayName: "d" }, "n", "d"],
    [{ name: "n" }, "n", "n"],
    [{ displayName: "d" }, "d", "d"],
    [{}, "pipeline.json", "pipeline.json"],
  ])("named with %j is called %s and shown as %s", async (query, name, displayName) => {
    const { pipelines, pipelineVersions } = (await startServices()).handlers;
    const { pipelineId, ...pipeline } = await call(pipelines.upload, { query, file: packageFile() });
    expect(pipeline).toMatchObject({ name, displayName });
    const { pipelineVersions: versions } = await call(pipelineVersions.list, { params: { pipelineId } });
    expect(versions).toMatchObject([{ name, displayName }]);
  });

  it("is called by the last part of a path, and by its specification where the file has no name", async () => {
    const { pipelines } = (await startServices()).handlers;
    expect(await call(pipelines.upload, { file: packageFile(echo, "/tmp/x.json") })).toMatchObject({ name: "x.json" });
  });

  it("keeps tags on itself; the description and the link to its source go to the version as well", async () => {
    const { pipelines, pipelineVersions } = (await startServices()).handlers;
    const query = { name: "p", description: "d", tags: '{"a":"b"}', codeSourceUrl: "https://example.com/src" };
    const { pipelineId, ...pipeline } = await call(pipelines.upload, { query, file: packageFile() });
    expect(pipeline).toMatchObject({ description: "d", tags: { a: "b" } });
    const [version] = (await call(pipelineVersions.list, { params: { pipelineId } })).pipelineVersions;
    expect(version).toMatchObject({ description: "d", codeSourceUrl: "https://example.com/src", tags: {} });
  });

  it.each([
    [
      "a name of 129 bytes",
      { name: "n".repeat(129) },
      echo,
      "Invalid input error: Pipeline.Name length cannot exceed 128",
      "text",
    ],
    [
      "a namespace of 64 bytes",
      { name: "n", namespace: "n".repeat(64) },
      echo,
      "Invalid input error: Pipeline.Namespace length cannot exceed 63",
      "text",
    ],
    [
      "tags that are no object",
      { name: "n", tags: "[]" },
      echo,
      "Failed to parse tags query parameter. Expected JSON object with string keys and values",
      "json as text",
    ],
    ["tags over the limits", { name: "n", tags: '{"":""}' }, echo, "tag key cannot be empty", "json"],
    ["a file that is no pipeline", { name: "n" }, "a: b", "unknown template format", "json"],
    ["a file without a root", { name: "n" }, { ...echo, root: undefined }, "unknown template format", "json"],
    [
      "another schema version",
      { name: "n" },
      { ...echo, schemaVersion: "2.0.0" },
      "KFP only supports schema version 2.1.0, but the pipeline spec has version 2.0.0",
      "json",
    ],
    [
      "a bad name inside",
      { name: "n" },
      { ...echo, pipelineInfo: { name: "Bad Name" } },
      "pipeline's name must contain only lowercase alphanumeric characters or '-' and must start with alphanumeric characters",
      "json",
    ],
  ])("is refused with %s, and nothing is stored", async (_, query, spec, message, form) => {
    const { handlers, store } = await startServices();
    const file = packageFile(spec, "p.yaml");
    expect(await refused(call(handlers.pipelines.upload, { query, file }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message,
      form,
    });
    expect(await store.counts()).toMatchObject({ pipelines: 0, pipelineVersions: 0 });
  });

  it("is refused in words that say more than the message that clients know", async () => {
    const { pipelines } = (await startServices()).handlers;
    const withoutName = packageFile({ ...echo, pipelineInfo: {} });
    expect(await refused(call(pipelines.upload, { query: { name: "n" }, file: withoutName }))).toMatchObject({
      details: "unknown template format: pipelineInfo.name: the pipeline has no name",
    });
    const image = packageFile("PNG", "x.png");
    expect(await refused(call(pipelines.upload, { query: { name: "n" }, file: image }))).toMatchObject({
      message: "Failed to read a pipeline spec file",
      form: "json as text",
      details: expect.stringMatching(/"x\.png" is no compiled pipeline: expected a name/),
    });
  });

  it("is refused under a name that is taken, in any case", async () => {
    const { pipelines } = (await startServices()).handlers;
    await call(pipelines.upload, { query: { name: "p" }, file: packageFile() });
    expect(await refused(call(pipelines.upload, { query: { name: "P" }, file: packageFile() }))).toEqual({
      code: "ALREADY_EXISTS",
      message: "Failed to create a pipeline and a pipeline version",
      form: "json",
      details:
        "Failed to create a pipeline and a pipeline version: Failed to create a new pipeline. The name P already exist. Please specify a new name",
    });
  });

  it("may have 128 bytes in its name, but then no version could have the same", async () => {
    const { pipelines } = (await startServices()).handlers;
    const upload = (length: number) =>
      call(pipelines.upload, { query: { name: "n".repeat(length) }, file: packageFile() });
    await upload(127);
    expect(await refused(upload(128))).toMatchObject({
      message: "PipelineVersion.Name length cannot exceed 127 bytes of UTF-8; it has 128",
    });
  });
});

describe("an uploaded version", () => {
  async function withPipeline() {
    const { handlers } = await startServices();
    const { pipelineId } = await call(handlers.pipelines.upload, { query: { name: "p" }, file: packageFile() });
    return { upload: handlers.pipelineVersions.upload, pipelineid: pipelineId };
  }

  it("is named and tagged like an uploaded pipeline", async () => {
    const { upload, pipelineid } = await withPipeline();
    const query = { pipelineid, displayName: "Two", description: "d", tags: '{"a":"b"}', codeSourceUrl: "https://c" };
    expect(await call(upload, { query, file: packageFile() })).toMatchObject({
      pipelineId: pipelineid,
      name: "Two",
      displayName: "Two",
      description: "d",
      tags: { a: "b" },
      codeSourceUrl: "https://c",
    });
  });

  it("is refused with little more than a sentence, whose details say what is wrong", async () => {
    const { upload, pipelineid } = await withPipeline();
    const sentence = "Failed to create a pipeline version";
    const cases = [
      [{}, packageFile(), "INVALID_ARGUMENT", "json as text", "the query parameter pipelineid is missing"],
      [{ pipelineid: "none" }, packageFile(), "INVALID_ARGUMENT", "json as text", "Pipeline none not found"],
      [
        { pipelineid },
        packageFile("x", "x.txt"),
        "INVALID_ARGUMENT",
        "json as text",
        '"x.txt" is no compiled pipeline',
      ],
      [
        { pipelineid, name: "P" },
        packageFile(),
        "ALREADY_EXISTS",
        "json",
        "The name P already exist. Specify a new name",
      ],
    ] as const;
    for (const [query, file, code, form, fact] of cases) {
      const refusal = await refused(call(upload, { query, file }));
      expect(refusal).toMatchObject({ code, form, message: sentence });
      expect(refusal.details).toContain(fact);
    }
  });

  it("is refused for its name, its tags and its file in their own words", async () => {
    const { upload, pipelineid } = await withPipeline();
    const cases = [
      [
        { pipelineid, name: "n".repeat(128) },
        packageFile(),
        "text",
        "Invalid input error: PipelineVersion.Name length cannot exceed 127",
      ],
      [
        { pipelineid, name: "v", tags: "x" },
        packageFile(),
        "json as text",
        "Failed to parse tags query parameter. Expected JSON object with string keys and values",
      ],
      [
        { pipelineid, name: "v", tags: '{"a.b":""}' },
        packageFile(),
        "json",
        "tag key \"a.b\" must not contain '.' character",
      ],
      [{ pipelineid, name: "v" }, packageFile("a: b", "x.yaml"), "json", "unknown template format"],
    ] as const;
    for (const [query, file, form, message] of cases) {
      expect(await refused(call(upload, { query, file }))).toMatchObject({ code: "INVALID_ARGUMENT", form, message });
    }
  });
});
