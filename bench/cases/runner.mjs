import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { processRatio, timeProcesses } from "../processes.mjs";
import { median } from "../statistics.mjs";

const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
const script = fileURLToPath(new URL("../kfp-local/pipelines.py", import.meta.url));

const pipelines = [
  { pipeline: "one", name: "one Python task: kfp-ts run / kfp.local", atMost: 0.6, rounds: 7 },
  { pipeline: "chain", name: "a chain of 10 Python tasks: kfp-ts run / kfp.local", atMost: 0.2, rounds: 5 },
  { pipeline: "loop", name: "ParallelFor of 8 that sleep 2 s: kfp-ts run / kfp.local", atMost: 0.3, rounds: 2 },
];
const cachedName = "a chain of 10 from the cache, in ms beyond start-up";

/** Runs of compiled pipelines: whole processes on both sides, with the same interpreter, which has kfp. */
export async function runnerCases() {
  const python = process.env.KFP_TS_PYTHON;
  if (python === undefined || !existsSync(python)) {
    const skipped = "Python's kfp is not installed; set KFP_TS_PYTHON";
    return [
      ...pipelines.map(({ name, atMost }) => ({ name, atMost, skipped })),
      { name: cachedName, atMost: 50, skipped },
    ];
  }
  const room = await mkdtemp(join(tmpdir(), "kfp-ts-bench-runner-"));
  try {
    await promisify(execFile)(python, [script, "compile", room]);
    const env = { ...process.env, HOME: room, XDG_DATA_HOME: join(room, "data"), XDG_CACHE_HOME: join(room, "cache") };
    const ours = (pipeline, ...options) => ({
      command: process.execPath,
      args: [command, "run", join(room, `${pipeline}.yaml`), "--python", python, ...options],
      env,
    });
    const cases = [];
    for (const { pipeline, name, atMost, rounds } of pipelines) {
      const jobs = pipeline === "loop" ? ["--jobs", "8"] : [];
      const times = await timeProcesses(
        {
          ours: ours(pipeline, "--no-cache", ...jobs),
          theirs: { command: python, args: [script, pipeline, join(room, "kfp-local")], env },
        },
        { rounds },
      );
      cases.push({ name, atMost, ...processRatio(times, "ours", "theirs") });
    }
    const times = await timeProcesses(
      {
        // The first round, which is not counted, fills the cache.
        cached: ours("chain"),
        start: { command: process.execPath, args: [command, "--version"], env },
      },
      { rounds: 11 },
    );
    const value = median(times.cached) - median(times.start);
    const detail = `${median(times.cached).toFixed(0)} ms against ${median(times.start).toFixed(0)} ms for kfp-ts --version`;
    cases.push({ name: cachedName, atMost: 50, value, amount: `${value.toFixed(0)} ms`, detail });
    return cases;
  } finally {
    await rm(room, { recursive: true });
  }
}
