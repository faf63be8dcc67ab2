import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@kfp-ts/sdk";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastJson, run } from "../support/run.ts";

interface Ended {
  readonly runId: string;
  readonly state: string;
  readonly states: readonly string[];
}

/** What lifecycle.py saw through kfp.Client. */
interface Seen {
  readonly cached: { readonly runs: readonly [Ended, Ended]; readonly ledger: readonly string[] };
  readonly terminated: Ended & { readonly ledger: readonly string[] };
  readonly retried: { readonly first: Ended; readonly again: Ended; readonly ledger: readonly string[] };
  readonly recurring: {
    readonly whilePaused: number;
    readonly states: readonly string[];
    readonly ofRecurringRun: boolean;
    readonly runs: number;
    readonly ledger: number;
  };
}

const python = process.env.KFP_TS_PYTHON ?? "python3";
let room: string;
let server: RunningServer;
let client: Client;
let seen: Seen;

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-lifecycle-"));
  const runs = { folder: join(room, "runs"), python, env: { PATH: process.env.PATH } };
  server = await startServer({ version: "test", port: 0, database: { kind: "memory" }, runs });
  client = new Client({ host: server.url });
  const script = fileURLToPath(new URL("lifecycle.py", import.meta.url));
  const env = { ...process.env, HOME: room, KF_PIPELINES_ENDPOINT: undefined };
  seen = lastJson(await run(python, [script, server.url, room], { env })) as Seen;
}, 180_000);
afterAll(async () => {
  await client?.close();
  await server?.close();
  rmSync(room, { recursive: true, force: true });
});

describe("through Python's kfp.Client", () => {
  it("the same pipeline a second time executes nothing, and shows whose results it has", async () => {
    const { runs, ledger } = seen.cached;
    expect(runs.map(({ state }) => state)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(ledger).toEqual(["noted"]);
    const { items } = await client.runs.tasks(runs[1].runId);
    expect(items).toMatchObject([{ path: "note", cachedFrom: { runId: runs[0].runId, taskPath: "note" } }]);
    expect((await client.runs.outputs(runs[1].runId)).parameters).toEqual({ Output: "noted" });
  });

  it("a run that is terminated is CANCELED, once its exit task has run", () => {
    const { state, states, ledger } = seen.terminated;
    expect(state).toBe("CANCELED");
    expect(states).toEqual(["PENDING", "RUNNING", "CANCELED"]);
    expect(ledger).toEqual(["waiting", "cleaned"]);
  });

  it("a failed run that is tried again keeps what had succeeded", async () => {
    const { first, again, ledger } = seen.retried;
    expect(first.state).toBe("FAILED");
    expect(again.states).toEqual(["PENDING", "RUNNING", "FAILED", "PENDING", "RUNNING", "SUCCEEDED"]);
    expect(ledger).toEqual(["first"]);
    expect((await client.runs.outputs(again.runId)).parameters).toEqual({ Output: "first!" });
  });

  it("a recurring run runs on time, not while it is disabled, and again when it is enabled", () => {
    const { whilePaused, states, ofRecurringRun, runs, ledger } = seen.recurring;
    expect(whilePaused).toBe(0);
    expect(states).toEqual(["SUCCEEDED"]);
    expect(ofRecurringRun).toBe(true);
    expect(runs).toBeGreaterThanOrEqual(3);
    expect(ledger).toBe(runs);
  });
});
