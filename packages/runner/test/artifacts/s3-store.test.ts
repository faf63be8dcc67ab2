import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ArtifactStore, storesFor } from "../../src/artifacts/artifact-stores.ts";
import { encodedQuery, signedHeaders } from "../../src/artifacts/s3-signature.ts";
import { s3Store } from "../../src/artifacts/s3-store.ts";
import { runsFolder } from "../tasks/attempt.ts";
import { credentials, refuse, type S3Server, startS3 } from "./s3-server.ts";

const { signal } = new AbortController();
let server: S3Server;
let store: ArtifactStore;
let folder: string;

beforeEach(async () => {
  server = await startS3({ pageSize: 2 });
  store = storeAt(server.endpoint);
  folder = await runsFolder();
});
afterEach(() => server.close());

function storeAt(endpoint: string, keys = credentials): ArtifactStore {
  return s3Store({ endpoint, credentials: async () => keys, clock: { now: () => Date.now() }, retryDelayMs: 1 });
}

test("a request is signed as AWS's own example of a signature", () => {
  // From the documentation of version 4, "GET Bucket (List Objects)".
  const { authorization } = signedHeaders(
    {
      method: "GET",
      host: "examplebucket.s3.amazonaws.com",
      path: "/",
      query: { "max-keys": "2", prefix: "J" },
      bodyHash: createHash("sha256").digest("hex"),
    },
    { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
    "us-east-1",
    Date.UTC(2013, 4, 24),
  );
  expect(authorization).toContain("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
});

test("a file comes back as it went, whatever its name", async () => {
  const content = Buffer.from([0, 255, 10, 13]);
  await writeFile(join(folder, "in"), content);
  const uri = "s3://bucket/a key/with (signs)!*'&+=~/ünd-mehr";
  await store.upload(join(folder, "in"), uri, signal);
  await store.download(uri, join(folder, "out"), signal);
  expect(await readFile(join(folder, "out"))).toEqual(content);
});

test("a folder comes back with all that is below it, and nothing that only begins alike", async () => {
  await mkdir(join(folder, "in", "deep"), { recursive: true });
  for (const name of ["a", "b", "deep/c", "deep/d", "e"]) await writeFile(join(folder, "in", name), name);
  await store.upload(join(folder, "in"), "s3://bucket/model", signal);
  server.objects.set("bucket/model-2/x", Buffer.from("another"));
  server.objects.set("bucket/model/", Buffer.from(""));
  await store.download("s3://bucket/model", join(folder, "out"), signal);
  expect(await readFile(join(folder, "out", "deep", "d"), "utf8")).toBe("deep/d");
  expect(server.requests).not.toContain("GET /bucket/model-2/x");
});

test("an empty file is an artifact, a missing one is none", async () => {
  await writeFile(join(folder, "empty"), "");
  await store.upload(join(folder, "empty"), "s3://bucket/empty", signal);
  expect(server.objects.get("bucket/empty")).toHaveLength(0);
  await store.upload(join(folder, "missing"), "s3://bucket/missing", signal);
  expect(server.objects.has("bucket/missing")).toBe(false);
  await expect(store.download("s3://bucket/missing", join(folder, "out"), signal)).rejects.toMatchObject({
    code: "ARTIFACT_UNAVAILABLE",
    message: "there is nothing at s3://bucket/missing",
  });
});

test("wrong keys are told without the secret", async () => {
  const wrong = storeAt(server.endpoint, { accessKeyId: "someone", secretAccessKey: "not-the-secret" });
  const error = await wrong.download("s3://bucket/x", join(folder, "out"), signal).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "ARTIFACT_UNAVAILABLE" });
  expect(String(error)).toContain("S3 answers 403 SignatureDoesNotMatch");
  expect(String(error)).not.toContain("not-the-secret");
});

test("what passes is tried again, what does not is not", async () => {
  await writeFile(join(folder, "in"), "x");
  server.failures.push(
    (answer) => refuse(answer, 503, "SlowDown"),
    (answer) => answer.destroy(),
  );
  await store.upload(join(folder, "in"), "s3://bucket/x", signal);
  expect(server.objects.has("bucket/x")).toBe(true);
  server.requests.length = 0;
  server.failures.push((answer) => refuse(answer, 403, "AccessDenied"));
  await expect(store.upload(join(folder, "in"), "s3://bucket/x", signal)).rejects.toThrow("403 AccessDenied");
  expect(server.requests).toHaveLength(1);
});

test("what breaks off is begun again, and never left in the place of the whole", async () => {
  const whole = Buffer.alloc(200_000, "x");
  server.objects.set("bucket/x", whole);
  const half = (answer: ServerResponse) => {
    answer.writeHead(200, { "content-length": whole.length });
    answer.write(whole.subarray(0, 100_000), () => answer.destroy());
  };
  // The first question is for a list.
  const listed = (answer: ServerResponse) =>
    answer.end("<ListBucketResult><Contents><Key>x</Key><ETag>1</ETag></Contents></ListBucketResult>");
  server.failures.push(listed, half, half);
  await store.download("s3://bucket/x", join(folder, "out"), signal);
  expect(await readFile(join(folder, "out"))).toEqual(whole);
  server.failures.push(listed, half, half, half);
  await expect(store.download("s3://bucket/x", join(folder, "never", "out"), signal)).rejects.toThrow(
    "s3://bucket/x cannot be read: it was broken off",
  );
  expect(await readdir(join(folder, "never"))).toEqual([]);
});

test.each([
  [301, "PermanentRedirect", "the bucket is in another region"],
  [307, "TemporaryRedirect", "the bucket is in another region"],
  [403, "RequestTimeTooSkewed", "the clock of this machine is wrong"],
  [403, "AccessDenied", "the key has no right to it"],
  [404, "NoSuchBucket", "there is no such bucket"],
])("an answer %i %s says what to do about it", async (status, code, remedy) => {
  server.failures.push((answer) => refuse(answer, status, code));
  await expect(store.fingerprint("s3://bucket/x", signal)).rejects.toThrow(`S3 answers ${status} ${code}: ${remedy}`);
});

test("the names of a query are sorted, and not what stands in it", () => {
  expect(encodedQuery({ "a-b": "1", a: "2", "a=": "3" })).toBe("a=2&a%3D=3&a-b=1");
});

test("a storage that does not answer is named, with the URI", async () => {
  await server.close();
  await expect(store.fingerprint("s3://bucket/x", signal)).rejects.toThrow(
    /s3:\/\/bucket\/x cannot be read: http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/,
  );
});

test("an object whose name leads out of the folder is not written", async () => {
  server.objects.set("bucket/model/../../escape", Buffer.from("x"));
  await expect(store.download("s3://bucket/model", join(folder, "out"), signal)).rejects.toThrow(
    "leads out of its folder",
  );
});

test("a link in a folder is not followed to storage", async () => {
  await mkdir(join(folder, "in"));
  await symlink("/etc/passwd", join(folder, "in", "link"));
  await expect(store.upload(join(folder, "in"), "s3://bucket/x", signal)).rejects.toMatchObject({
    code: "OUTPUT_INVALID",
  });
  expect(server.objects.size).toBe(0);
});

test("the fingerprint of what stands at a URI changes with its content alone", async () => {
  server.objects.set("bucket/x", Buffer.from("1"));
  const first = await store.fingerprint("s3://bucket/x", signal);
  expect(await store.fingerprint("s3://bucket/x", signal)).toBe(first);
  server.objects.set("bucket/x", Buffer.from("2"));
  expect(await store.fingerprint("s3://bucket/x", signal)).not.toBe(first);
});

test("schemes that there are no storages for are named with those that there are", () => {
  const stores = storesFor({ endpoint: server.endpoint, credentials: async () => credentials, clock: Date });
  expect(stores.storeOf("/a/path")).toBeUndefined();
  expect(stores.reaches("minio://bucket/x")).toBe(true);
  expect(() => stores.storeOf("gs://bucket/x")).toThrow("there are s3://, minio://, paths of this machine");
  expect(() => storesFor({ endpoint: "ftp://x", credentials: async () => credentials, clock: Date })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
