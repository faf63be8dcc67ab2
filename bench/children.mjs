import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * Starts a server of the bench and waits for the port that it prints.
 *
 * @param {string} file - Relative to this folder.
 * @param {readonly string[]} [args]
 * @returns {Promise<{ port: number, pid: number, stop(): Promise<void> }>}
 */
export function startChild(file, args = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.add(child);
    child.on("error", reject);
    child.on("exit", (code) => {
      running.delete(child);
      reject(new Error(`${file} ended with ${code} before it was ready`));
    });
    child.stdout.setEncoding("utf8").once("data", (text) => {
      resolve({ port: Number(text.trim()), pid: child.pid, stop: () => stop(child) });
    });
  });
}

/** @param {import("node:child_process").ChildProcess} child */
function stop(child) {
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
