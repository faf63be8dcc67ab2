import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../repository.ts";
import { inLedger, ledgerPipeline, leftRunning } from "./ledger-pipeline.ts";

const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
let room: string;
let pipeline: string;

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  room = mkdtempSync(join(tmpdir(), "kfp-ts-run-kill-"));
  pipeline = join(room, "pipeline.json");
  writeFileSync(pipeline, JSON.stringify(ledgerPipeline()));
}, 120_000);
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

const environment = ({ home }: Place) => ({ PATH: process.env.PATH, HOME: home });

function start(place: Place, args: readonly string[]) {
  return spawn(process.execPath, [command, "run", ...args, "--allow-host-commands", "--output", "json"], {
    env: environment(place),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function result(child: ReturnType<typeof start>) {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  await once(child, "close");
  return { code: child.exitCode, answer: stdout === "" ? undefined : JSON.parse(stdout), stderr };
}

/** The events that are whole in the log of the only run of a place. */
function eventsOf({ home }: Place): { type: string; task?: string; state?: string }[] {
  const runs = join(home, ".local/share/kfp-ts/runs");
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const file = join(runs, run ?? "", "events.jsonl");
  if (run === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

const runIdOf = ({ home }: Place): string => readdirSync(join(home, ".local/share/kfp-ts/runs"))[0] ?? "";

describe.skipIf(!existsSync("/proc/self/cmdline"))("a run whose process is killed", () => {
  it("ends as one that was not killed, whenever that was, and nothing is executed twice without need", {
    timeout: 180_000,
  }, async () => {
    const whole = newPlace("whole");
    const wanted = await result(start(whole, [pipeline, "--param", `ledger=${whole.ledger}`, "--no-cache"]));
    expect(wanted.answer).toMatchObject({ state: "SUCCEEDED", outputs: { parameters: { Output: 112131 } } });
    const count = eventsOf(whole).length;
    expect(count).toBeGreaterThan(15);

    for (let kill = 1; kill < count; kill++) {
      const place = newPlace(`killed-${kill}`);
      const child = start(place, [pipeline, "--param", `ledger=${place.ledger}`, "--no-cache"]);
      const ended = once(child, "close");
      while (eventsOf(place).length < kill && child.exitCode === null) await new Promise((go) => setTimeout(go, 1));
      child.kill("SIGKILL");
      await ended;
      const before = eventsOf(place);
      const finished = before.filter(({ type, state }) => type === "task ended" && state === "SUCCEEDED");
      if (before.at(-1)?.type === "run ended") continue;

      const { code, answer, stderr } = await result(start(place, ["--resume", runIdOf(place)]));
      expect({ code, kill, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, kill, stderr: "" });
      expect(answer).toMatchObject({ state: "SUCCEEDED", outputs: { parameters: { Output: 112131 } } });
      const after = eventsOf(place).slice(before.length);
      const again = after.filter(({ type }) => type === "task started").map(({ task }) => task);
      expect(finished.filter(({ task }) => again.includes(task))).toEqual([]);
      // Each task is in the ledger once, and once more if it was under way when the process was killed.
      const lines = readFileSync(place.ledger, "utf8").trim().split("\n");
      expect(new Set(lines)).toEqual(new Set(inLedger));
      const underWay = before.filter(({ type }) => type === "task started").length;
      expect(lines.length).toBeLessThanOrEqual(5 + underWay - finished.length);
      expect(leftRunning(place.ledger)).toEqual([]);
    }
  });
});
