import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { Client, type NewUpload, type UploadProgress } from "../src/index.ts";
import { failureOf } from "./helpers/failure.ts";
import { json, localServer } from "./helpers/local-server.ts";
import { compiledPipeline, compiledText } from "./helpers/packages.ts";

const folder = mkdtempSync(join(tmpdir(), "kfp-ts-upload-"));
const path = join(folder, 'my "pipeline".yaml');
writeFileSync(path, compiledText());
afterAll(() => rmSync(folder, { recursive: true }));

/** Uploads to a server that takes everything, and gives what it got. */
async function upload(given: NewUpload, options: object = {}) {
  const server = await localServer((_request, response) => json(response, 200, { pipeline_id: "p" }));
  const pipeline = await new Client({ host: server.origin, ...options }).pipelines.upload(given);
  expect(pipeline.pipelineId).toBe("p");
  const [got] = server.received;
  if (got === undefined) throw new Error("nothing was sent");
  const boundary = /boundary=(.*)$/.exec(got.headers["content-type"] ?? "")?.[1] ?? "";
  const part = new RegExp(`^--${boundary}\\r\\n([^]*?)\\r\\n\\r\\n([^]*)\\r\\n--${boundary}--\\r\\n$`).exec(got.body);
  return {
    got,
    head: part?.[1] ?? "",
    file: part?.[2] ?? "",
    query: Object.fromEntries(new URL(got.url, "http://x").searchParams),
  };
}

describe("uploads", () => {
  test("a file is sent as the part uploadfile, with its length and its name; everything else is in the query", async () => {
    const { got, head, file, query } = await upload({
      path,
      name: "nightly",
      displayName: "Nightly",
      description: "what it does",
      tags: { team: "vision" },
      codeSourceUrl: "https://example.com",
      namespace: "team-a",
    });
    expect(file).toBe(compiledText());
    expect(head).toContain('name="uploadfile"; filename="my %22pipeline%22.yaml"');
    expect(Number(got.headers["content-length"])).toBe(Buffer.byteLength(got.body));
    expect(query).toEqual({
      name: "nightly",
      display_name: "Nightly",
      description: "what it does",
      tags: '{"team":"vision"}',
      code_source_url: "https://example.com",
      namespace: "team-a",
    });
  });

  test("without a name it is that in the package", async () => {
    for (const form of [
      { path },
      { text: compiledText() },
      { bytes: Buffer.from(compiledText()) },
      { spec: compiledPipeline() },
    ]) {
      expect((await upload(form)).query).toEqual({ name: "nightly" });
    }
  });

  test("bytes are named by what they are", async () => {
    expect((await upload({ bytes: gzipSync("x"), name: "n" })).head).toContain('filename="pipeline.tar.gz"');
    expect((await upload({ bytes: Buffer.from("PK\x03\x04"), name: "n" })).head).toContain('filename="pipeline.zip"');
    expect((await upload({ bytes: Buffer.from("a: 1"), name: "n" })).head).toContain('filename="pipeline.yaml"');
    expect((await upload({ bytes: Buffer.from("a: 1"), fileName: "x.yml", name: "n" })).head).toContain(
      'filename="x.yml"',
    );
  });

  test("streams of every kind are sent piece by piece; with a size as that many bytes, without in chunks", async () => {
    const chunked = await upload({ stream: Readable.from([Buffer.from("ab"), Buffer.from("cd")]), name: "n" });
    expect(chunked.file).toBe("abcd");
    expect(chunked.got.headers["transfer-encoding"]).toBe("chunked");
    const sized = await upload({ stream: new Blob(["abcd"]).stream() as never, size: 4, name: "n" });
    expect(sized.file).toBe("abcd");
    expect(sized.got.headers["content-length"]).toBeDefined();
  });

  test("progress is told in bytes of the file, up to all of them", async () => {
    for (const options of [{}, { fetch }]) {
      const seen: UploadProgress[] = [];
      const bytes = new Uint8Array(200_000).fill(32);
      await upload({ bytes, name: "n", onProgress: (progress) => seen.push(progress) }, options);
      expect(seen.length).toBeGreaterThan(2);
      expect(seen.at(-1)).toEqual({ sentBytes: 200_000, totalBytes: 200_000 });
    }
  });

  test("a stream that is not as long as was said ends the upload", async () => {
    for (const size of [3, 5]) {
      const server = await localServer((_request, response) => json(response, 200, {}));
      const stream = Readable.from([Buffer.from("abcd")]);
      const error = await failureOf(new Client({ host: server.origin }).pipelines.upload({ stream, size, name: "n" }));
      expect(error.code).toBe("FILE_UNREADABLE");
    }
  });

  test("a stream of text is refused, because its bytes are not known", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const stream = Readable.from(["text"]) as never;
    expect((await failureOf(new Client({ host: server.origin }).pipelines.upload({ stream, name: "n" }))).code).toBe(
      "BAD_ARGUMENT",
    );
  });

  test("a stream that fails is an unreadable file, and what a callback throws comes out as it is", async () => {
    const own = new Error("the disk is gone");
    async function* failing() {
      yield Buffer.from("a: 1");
      throw own;
    }
    for (const options of [{}, { fetch }]) {
      const server = await localServer((_request, response) => json(response, 200, {}));
      const { pipelines } = new Client({ host: server.origin, ...options });
      const stream = await failureOf(pipelines.upload({ stream: failing(), fileName: "mine.yaml", name: "n" }));
      expect(stream).toMatchObject({ code: "FILE_UNREADABLE", cause: own });
      expect(stream.message).toContain("mine.yaml cannot be read: the disk is gone");
      const onProgress = () => {
        throw own;
      };
      await expect(pipelines.upload({ path, name: "n", onProgress })).rejects.toBe(own);
    }
  });

  test("a package that is given twice is refused, because nobody knows which is meant", async () => {
    const twice = { path, text: compiledText() } as never;
    const error = await failureOf(new Client({ host: "http://localhost:1" }).pipelines.upload(twice));
    expect(error.code).toBe("BAD_ARGUMENT");
    expect(error.message).toContain("path and text exclude each other");
  });

  test("a name of nothing but spaces is refused before anything is sent", async () => {
    const kfp = new Client({ host: "http://localhost:1" });
    expect((await failureOf(kfp.pipelines.upload({ path, name: "  " }))).code).toBe("BAD_ARGUMENT");
  });

  test("the namespace of the client is taken, and an empty one shares the pipeline", async () => {
    expect((await upload({ path }, { namespace: "team-a" })).query).toMatchObject({ namespace: "team-a" });
    expect((await upload({ path, namespace: "" }, { namespace: "team-a" })).query).not.toHaveProperty("namespace");
  });

  test("an abort ends an upload in the middle", async () => {
    const server = await localServer(() => undefined);
    const controller = new AbortController();
    const kfp = new Client({ host: server.origin });
    const call = kfp.pipelines.upload(
      { bytes: new Uint8Array(5_000_000), name: "n", onProgress: () => controller.abort("stop") },
      { signal: controller.signal },
    );
    await expect(call).rejects.toBe("stop");
  });
});
