import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A program of the control plane that runs.
 * @typedef {object} Running
 * @property {Promise<void>} failed refused when the program ends without having been asked to
 * @property {() => Promise<void>} stop asks it to end, and ends it by force after 15 seconds
 */

/**
 * Starts a program that writes what it says into `ROOM/NAME.log`. It ends with this process, however that ends.
 * @param {string} program its path
 * @param {readonly string[]} args
 * @param {{ room: string, name: string }} place
 * @returns {Running}
 */
export function startProgram(program, args, { room, name }) {
  const log = join(room, `${name}.log`);
  const file = openSync(log, "a", 0o600);
  const child = spawn(program, args, { cwd: room, env: { PATH: process.env.PATH }, stdio: ["ignore", file, file] });
  closeSync(file);
  let stopping = false;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once("close", () => resolve()));
  /** @type {Promise<void>} */
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (!stopping) reject(new Error(`${name} ended with ${code ?? signal}:\n${lastLines(log)}`));
    });
  });
  failed.catch(() => {});
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    failed,
    async stop() {
      stopping = true;
      child.kill("SIGTERM");
      const force = setTimeout(kill, 15_000);
      await ended;
      clearTimeout(force);
      process.off("exit", kill);
    },
  };
}

/** @param {string} path */
function lastLines(path) {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-15).join("\n");
}
