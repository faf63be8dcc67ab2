import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { median } from "../statistics.mjs";

const rounds = 5;
const tasks = 10_000;
const shapes = { wide: "side by side", chain: "one after another", loop: "in one loop" };

/** What the runner itself costs: tasks that do nothing, in a process of their own, without programs, files or a log. */
export async function schedulerCases() {
  const room = await mkdtemp(join(tmpdir(), "kfp-ts-bench-scheduler-"));
  try {
    const program = fileURLToPath(new URL("../scheduler/tasks.mjs", import.meta.url));
    const engine = join(room, "engine.mjs");
    await build({
      stdin: {
        contents: 'export { executeGraph } from "./execute-graph.ts"; export { Slots } from "./slots.ts";',
        resolveDir: fileURLToPath(new URL("../../packages/runner/src/engine", import.meta.url)),
        loader: "ts",
      },
      outfile: engine,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const cases = [];
    for (const [shape, words] of Object.entries(shapes)) {
      const runs = [];
      for (let round = 0; round < rounds; round++) {
        const { stdout } = await promisify(execFile)(process.execPath, [program, engine, shape, String(tasks)]);
        runs.push(JSON.parse(stdout));
      }
      const perTask = median(runs.map(({ milliseconds }) => milliseconds)) / tasks;
      const megabytes = Math.max(...runs.map(({ maxRssKb }) => maxRssKb)) / 1024;
      const about = `scheduler: ${tasks.toLocaleString("en")} tasks that do nothing, ${words}`;
      cases.push(
        { name: `${about}, in ms each`, atMost: 1, value: perTask, amount: perTask.toFixed(3) },
        { name: `${about}, memory in MB`, atMost: 300, value: megabytes, amount: megabytes.toFixed(0) },
      );
    }
    return cases;
  } finally {
    await rm(room, { recursive: true });
  }
}
