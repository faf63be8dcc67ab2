import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectTo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRunner, type Runner, type RunView, type S3Options } from "@kfp-ts/runner";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { artifactPipeline } from "./pipeline.ts";
import { type Storage, startStorage } from "./storage.ts";

let storage: Storage;
let room: string;
const runners: Runner[] = [];

beforeAll(async () => {
  storage = await startStorage();
  room = mkdtempSync(join(tmpdir(), "kfp-ts-s3-"));
  await storage.put("given/data.txt", "imported ");
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
});
afterAll(async () => {
  await storage.close();
  rmSync(room, { recursive: true, force: true });
});

async function runnerWith(s3: S3Options = storage.options, name = "runs"): Promise<Runner> {
  const folder = join(room, name);
  const runner = await createRunner({
    folder,
    environmentsFolder: join(room, "environments"),
    isolation: "none",
    hostCommands: true,
    env: { PATH: process.env.PATH },
    s3,
  });
  runners.push(runner);
  return runner;
}

async function run(runner: Runner, imported: string, pipelineRoot: string, cache = false): Promise<RunView> {
  return await (await runner.start({ pipeline: artifactPipeline(imported), pipelineRoot, cache })).ended;
}

const taskOf = ({ tasks }: RunView, path: string) => tasks.find((task) => task.path === path);

async function contentOf(runner: Runner, { runId }: RunView, output: string): Promise<string | undefined> {
  const found = await runner.artifact(runId, "make", output);
  if (found === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of found.content) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe("a run whose artifacts are in S3", () => {
  it.each(["s3", "minio"])("writes files and folders there, and hands them on: %s://", async (scheme) => {
    const runner = await runnerWith();
    const view = await run(runner, `${scheme}://pipelines/given/data.txt`, `${scheme}://pipelines/a root/${scheme}`);
    expect(view.error).toBeUndefined();
    expect(view.outputs.parameters).toEqual({ said: "imported from a fileonetwo" });
    const { uri = "" } = taskOf(view, "make")?.outputs.artifacts.folder?.[0] ?? {};
    expect(uri).toMatch(new RegExp(`^${scheme}://pipelines/a root/${scheme}/`));
    const key = uri.replace(/^\w+:\/\/pipelines\//, "");
    expect(await storage.list(key)).toEqual({ [`${key}/a`]: 3, [`${key}/deep er/ü%20`]: 3 });
    expect(await contentOf(runner, view, "file ü %41")).toBe("from a file");
    expect(await contentOf(runner, view, "empty")).toBe("");
  });

  it("takes from the cache what still stands there, and imports all that is below a URI", async () => {
    const runner = await runnerWith();
    await storage.put("given/folder/x", "x");
    const first = await run(runner, "s3://pipelines/given/data.txt", "s3://pipelines/cached", true);
    const second = await run(runner, "s3://pipelines/given/data.txt", "s3://pipelines/cached", true);
    expect(taskOf(second, "make")?.cached).toEqual({ runId: first.runId, task: "make" });
    expect(second.outputs.parameters).toEqual({ said: "imported from a fileonetwo" });
    const folder = await run(runner, "s3://pipelines/given/folder", "s3://pipelines/cached");
    // The program wants a file: that it was given a folder is in its log.
    expect(folder.error?.message).toContain("Is a directory");
  });
});

describe("a run whose storage is in the way fails with an error that names the URI and the fact, and no secret", () => {
  const failures: readonly (readonly [
    string,
    () => Promise<{ readonly s3?: S3Options; readonly root?: string; readonly imported?: string }>,
    RegExp,
  ])[] = [
    [
      "keys that are wrong",
      async () => ({
        s3: {
          ...storage.options,
          credentials: async () => ({ accessKeyId: storage.accessKeyId, secretAccessKey: "wrong" }),
        },
      }),
      /s3:\/\/pipelines\/root\/.* cannot be written: S3 answers 403 SignatureDoesNotMatch/,
    ],
    [
      "a user that is not there",
      async () => ({
        s3: { ...storage.options, credentials: async () => ({ accessKeyId: "AKIANOBODY", secretAccessKey: "x" }) },
      }),
      /S3 answers 403 InvalidAccessKeyId/,
    ],
    [
      "a bucket that is not there",
      async () => ({ root: "s3://nowhere/root" }),
      /s3:\/\/nowhere\/root\/.* cannot be written: S3 answers 404 NoSuchBucket/,
    ],
    [
      "an object that is not there",
      async () => ({ imported: "s3://pipelines/nothing" }),
      /there is nothing at s3:\/\/pipelines\/nothing/,
    ],
    [
      "nobody who answers",
      async () => ({ s3: { ...storage.options, endpoint: "http://127.0.0.1:9" } }),
      /http:\/\/127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
    ],
  ];

  it.each(failures)("%s", async (_, settings, wanted) => {
    const { s3, root = "s3://pipelines/root", imported = "s3://pipelines/given/data.txt" } = await settings();
    const view = await run(await runnerWith(s3), imported, root);
    expect(view.state).toBe("FAILED");
    expect(view.error?.message).toMatch(wanted);
    expect(view.error?.code).toBe("ARTIFACT_UNAVAILABLE");
    expect(JSON.stringify(view)).not.toContain(storage.secretAccessKey);
  });

  it("connections that break: it is tried again, then told", async () => {
    let left = 2;
    const relay = await relayTo(new URL(storage.endpoint), () => left-- > 0);
    const s3 = { ...storage.options, endpoint: relay.endpoint };
    const once = await run(await runnerWith(s3), "s3://pipelines/given/data.txt", "s3://pipelines/broken");
    expect(once.outputs.parameters).toEqual({ said: "imported from a fileonetwo" });
    left = Number.POSITIVE_INFINITY;
    const never = await run(await runnerWith(s3, "others"), "s3://pipelines/given/data.txt", "s3://pipelines/broken");
    expect(never.error?.message).toMatch(/cannot be (read|written): http:\/\/127\.0\.0\.1:\d+ cannot be reached/);
    relay.server.close();
  });
});

/** Hands connections on; those that `breaks` says are cut once something was sent. */
async function relayTo(
  target: URL,
  breaks: () => boolean,
): Promise<{ readonly endpoint: string; readonly server: Server }> {
  const server = createServer((client) => {
    client.on("error", () => {});
    if (breaks()) {
      client.once("data", () => client.resetAndDestroy());
      return;
    }
    const there = connectTo(Number(target.port), target.hostname);
    there.on("error", () => client.destroy());
    client.pipe(there).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, server };
}
