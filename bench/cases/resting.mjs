import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { timeProcesses } from "../processes.mjs";
import { startKfpServer } from "../servers.mjs";
import { median, medianRatio } from "../statistics.mjs";

const rounds = 9;
const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
const megabyte = 1024 * 1024;

/** What a server costs that does nothing yet: how long until it is ready, and how much memory it holds. */
export async function restingCases() {
  const directory = await mkdtemp(join(tmpdir(), "kfp-ts-bench-resting-"));
  try {
    await (await startKfpServer({ directory })).stop();
    const [starts, floors] = [[], []];
    for (let round = -1; round < rounds; round++) {
      const start = await timeToReady(directory);
      const { floor } = await timeProcesses({ floor: { command: process.execPath, args: ["-e", "0"] } }, { rounds: 1 });
      if (round >= 0) {
        starts.push(start);
        floors.push(floor[0]);
      }
    }
    const detail = `${median(starts).toFixed(0)} ms against ${median(floors).toFixed(0)} ms`;
    return [
      { name: "server: start to ready / node -e 0", atMost: 5, ratio: medianRatio(starts, floors), detail },
      await idleMemory(directory),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** From starting the process until it says that it is ready, which it says only then. */
function timeToReady(directory) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, [command, "serve", "--port", "0", "--data", directory], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let time;
    let said = "";
    const look = (text) => {
      said += text;
      if (time !== undefined || !/http:\/\/(localhost|127\.0\.0\.1):\d+/.test(said)) return;
      time = Number(process.hrtime.bigint() - start) / 1e6;
      child.kill("SIGTERM");
    };
    child.stdout.setEncoding("utf8").on("data", look);
    child.stderr.setEncoding("utf8").on("data", look);
    child.on("error", reject);
    child.on("close", (code) => {
      if (time === undefined) reject(new Error(`kfp-ts serve ended with ${code} before it was ready: ${said}`));
      else resolve(time);
    });
  });
}

async function idleMemory(directory) {
  const name = "server: idle memory, in MB";
  const server = await startKfpServer({ directory });
  try {
    await fetch(`${server.url}/apis/v2beta1/healthz`);
    await setTimeout(3000);
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    const value = (Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024) / megabyte;
    return { name, atMost: 110, value, amount: value.toFixed(0) };
  } catch (error) {
    if (error.code === "ENOENT") return { name, atMost: 110, skipped: "resident memory is read from /proc" };
    throw error;
  } finally {
    await server.stop();
  }
}
