import { spawn } from "node:child_process";
import { median, medianRatio } from "./statistics.mjs";

/**
 * @typedef {{ command: string, args: readonly string[], env?: NodeJS.ProcessEnv, expectCode?: number }} Command
 */

/**
 * Runs whole processes side by side, round after round, and returns the wall time of each in milliseconds.
 *
 * @param {Readonly<Record<string, Command>>} commands
 * @param {{ rounds: number }} options
 * @returns {Promise<Record<string, number[]>>}
 */
export async function timeProcesses(commands, { rounds }) {
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const time = await timeProcess(command);
      // The first round warms the file cache.
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

/** @param {Command} command */
function timeProcess({ command, args, env, expectCode = 0 }) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, args, { env: env ?? process.env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== expectCode) reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${stderr}`));
      else resolve(Number(process.hrtime.bigint() - start) / 1e6);
    });
  });
}

/**
 * @param {Record<string, number[]>} times
 * @param {string} ours
 * @param {string} theirs
 */
export function processRatio(times, ours, theirs) {
  return {
    ratio: medianRatio(times[ours], times[theirs]),
    detail: `${median(times[ours]).toFixed(0)} ms against ${median(times[theirs]).toFixed(0)} ms`,
  };
}
