import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@kfp-ts/sdk";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lastJson, run } from "../support/run.ts";

const python = process.env.KFP_TS_PYTHON ?? "python3";
let room: string;
let server: RunningServer;
let client: Client;

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-submitted-"));
  const runs = { folder: join(room, "runs"), python, env: { PATH: process.env.PATH } };
  server = await startServer({ version: "test", port: 0, database: { kind: "memory" }, runs });
  client = new Client({ host: server.url });
});
afterAll(async () => {
  await client.close();
  await server.close();
  rmSync(room, { recursive: true, force: true });
});

interface Submitted {
  readonly runId: string;
  readonly state: string;
  readonly states: readonly string[];
  readonly tasks: readonly string[];
  readonly error: string | null;
}

it("executes what Python's kfp compiles and submits, and kfp.Client waits for its end", async () => {
  const script = fileURLToPath(new URL("submit.py", import.meta.url));
  const env = { ...process.env, HOME: room, KF_PIPELINES_ENDPOINT: undefined };
  const { submitted, failing } = lastJson(await run(python, [script, server.url], { env })) as {
    readonly submitted: Submitted;
    readonly failing: Submitted;
  };
  expect(submitted).toMatchObject({ state: "SUCCEEDED", states: ["PENDING", "RUNNING", "SUCCEEDED"], error: null });
  expect(submitted.tasks).toEqual(
    expect.arrayContaining(["double SUCCEEDED", "double-3 SUCCEEDED", "write SUCCEEDED"]),
  );
  expect(failing).toMatchObject({ state: "FAILED", error: expect.stringContaining("RuntimeError: on purpose") });

  const { items: tasks } = await client.runs.tasks(submitted.runId, { pageSize: 100 });
  const outputs = new Map(tasks.map(({ path, outputParameters }) => [path, outputParameters?.Output]));
  expect([outputs.get("double-2"), outputs.get("double-3")]).toEqual([10, 20]);
  const iterations = tasks.filter(({ path }) => /^for-loop-\d+\/\d+\/double$/.test(path));
  expect(new Set(iterations.map(({ outputParameters }) => outputParameters?.Output))).toEqual(new Set([2, 4, 6]));

  let log = "";
  for await (const text of client.runs.logs(submitted.runId, "double-2")) log += text;
  expect(log).toContain("doubling 5");

  const { items: artifacts } = await client.runs.artifacts(submitted.runId);
  expect(artifacts).toMatchObject([
    { taskPath: "write", name: "out", type: "system.Dataset", metadata: { length: 11 } },
  ]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of client.runs.readArtifact(submitted.runId, "write", "out")) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe("from Python");
});
