import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "@kfp-ts/api";
import { Client } from "@kfp-ts/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inLedger, ledgerPipeline, leftRunning } from "./ledger-pipeline.ts";

const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
let room: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), "kfp-ts-server-run-kill-"));
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});
afterAll(() => {
  rmSync(room, { recursive: true, force: true });
});

interface Place {
  readonly home: string;
  readonly ledger: string;
}

function newPlace(name: string): Place {
  const home = join(room, name);
  mkdirSync(home);
  return { home, ledger: join(home, "ledger") };
}

/** Starts `kfp-ts serve` on a free port and waits until it says where it is. */
async function serve({ home }: Place): Promise<{ readonly child: ChildProcess; readonly client: Client }> {
  const child = spawn(
    process.execPath,
    [command, "serve", "--port", "0", "--data", join(home, "data"), "--allow-host-commands"],
    { env: { PATH: process.env.PATH, HOME: home }, stdio: ["ignore", "pipe", "pipe"] },
  );
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  for (;;) {
    const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
    if (url !== undefined) return { child, client: new Client({ host: url }) };
    if (child.exitCode !== null) throw new Error(`kfp-ts serve ended with ${child.exitCode}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const ended = once(child, "close");
  child.kill(signal);
  await ended;
  running.delete(child);
}

async function submit(client: Client, pipelineSpec: unknown, { ledger }: Place): Promise<string> {
  const { runId } = await client.runs.create({
    displayName: "ledger",
    pipelineSpec: pipelineSpec as JsonObject,
    runtimeConfig: { parameters: { ledger } },
  });
  return runId;
}

/** The events that are whole in the log of the only run of a place. */
function eventsOf({ home }: Place): { type: string; task?: string; state?: string }[] {
  const data = join(home, "data");
  const found = existsSync(data) ? readdirSync(data, { recursive: true, encoding: "utf8" }) : [];
  const file = found.find((name) => name.endsWith("/events.jsonl"));
  if (file === undefined) return [];
  const lines = readFileSync(join(data, file), "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

async function until(reached: () => boolean, child: ChildProcess): Promise<void> {
  while (!reached() && child.exitCode === null) await new Promise((go) => setTimeout(go, 1));
}

const linesOf = ({ ledger }: Place): string[] => readFileSync(ledger, "utf8").trim().split("\n");

/** A task that goes on until it is ended, and an exit task that writes into the ledger. */
function endlessPipeline() {
  const inputDefinitions = { parameters: { ledger: { parameterType: "STRING" } } };
  const inputs = { parameters: { ledger: { componentInputParameter: "ledger" } } };
  const program = (script: string) => ({
    container: { image: "any", command: ["sh", "-c"], args: [script, "{{$.inputs.parameters['ledger']}}"] },
  });
  return {
    pipelineInfo: { name: "endless" },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    root: {
      inputDefinitions,
      dag: {
        tasks: {
          endless: { componentRef: { name: "comp-endless" }, inputs },
          "clean-up": {
            componentRef: { name: "comp-clean-up" },
            inputs,
            dependentTasks: ["endless"],
            triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
          },
        },
      },
    },
    components: {
      "comp-endless": { executorLabel: "endless", inputDefinitions },
      "comp-clean-up": { executorLabel: "clean-up", inputDefinitions },
    },
    deploymentSpec: {
      executors: { endless: program('echo begun >> "$0"; sleep 600'), "clean-up": program('echo cleaned >> "$0"') },
    },
  };
}

describe.skipIf(!existsSync("/proc/self/cmdline"))("a run whose server is killed", () => {
  it("goes on with the next server as if nothing had been, whenever that was, and executes nothing twice without need", {
    timeout: 240_000,
  }, async () => {
    const whole = newPlace("whole");
    const first = await serve(whole);
    const runId = await submit(first.client, ledgerPipeline(), whole);
    expect(await first.client.runs.wait(runId, { pollIntervalMs: 100 })).toMatchObject({ state: "SUCCEEDED" });
    expect((await first.client.runs.outputs(runId)).parameters).toEqual({ Output: 112131 });
    await end(first.child, "SIGTERM");
    const count = eventsOf(whole).length;
    expect(count).toBeGreaterThan(15);

    // 0: as soon as the answer is there; `count`: the run has ended, and the server may not have noted that yet.
    for (let kill = 0; kill <= count; kill++) {
      const place = newPlace(`killed-${kill}`);
      const killed = await serve(place);
      const id = await submit(killed.client, ledgerPipeline(), place);
      await until(() => eventsOf(place).length >= kill, killed.child);
      await end(killed.child, "SIGKILL");
      const before = eventsOf(place);
      const finished = before.filter(({ type, state }) => type === "task ended" && state === "SUCCEEDED");

      const next = await serve(place);
      const run = await next.client.runs.wait(id, { pollIntervalMs: 50 });
      expect({ kill, state: run.state, error: run.error }).toEqual({ kill, state: "SUCCEEDED", error: undefined });
      expect(run.stateHistory?.map(({ state }) => state)).toEqual(["PENDING", "RUNNING", "SUCCEEDED"]);
      expect((await next.client.runs.outputs(id)).parameters).toEqual({ Output: 112131 });
      const again = eventsOf(place)
        .slice(before.length)
        .filter(({ type }) => type === "task started")
        .map(({ task }) => task);
      expect(finished.filter(({ task }) => again.includes(task))).toEqual([]);
      // Each task is in the ledger once, and once more if it was under way when the server was killed.
      const lines = linesOf(place);
      expect(new Set(lines)).toEqual(new Set(inLedger));
      const underWay = before.filter(({ type }) => type === "task started").length;
      expect(lines.length).toBeLessThanOrEqual(inLedger.length + underWay - finished.length);
      await end(next.child, "SIGTERM");
      expect(leftRunning(place.ledger)).toEqual([]);
    }
  });

  it("while it was being canceled is CANCELED by the next one, and its exit task has run", {
    timeout: 60_000,
  }, async () => {
    const place = newPlace("canceled");
    const killed = await serve(place);
    const id = await submit(killed.client, endlessPipeline(), place);
    await until(() => existsSync(place.ledger), killed.child);
    await killed.client.runs.terminate(id);
    await end(killed.child, "SIGKILL");

    const next = await serve(place);
    const run = await next.client.runs.wait(id, { pollIntervalMs: 50 });
    expect(run.state).toBe("CANCELED");
    expect(linesOf(place).at(-1)).toBe("cleaned");
    await end(next.child, "SIGTERM");
    expect(leftRunning(place.ledger)).toEqual([]);
  });
});
