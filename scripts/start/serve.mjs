import { spawn } from "node:child_process";
import { inRoot } from "../workspace.mjs";

/** How long the server may take until it says where it is, in milliseconds. */
const patience = 60_000;
/** How long the server has to begin with its stop by itself after an interrupt, in milliseconds. */
const interruptedPatience = 500;

/**
 * @typedef {object} Server
 * @property {string} url where it answers
 * @property {string} said what it printed until then
 * @property {Promise<number>} ended its exit code, when it has ended
 * @property {() => Promise<number>} stop asks it to stop, and waits until it has
 */

/**
 * Starts the built command's server and waits until it is ready.
 * @param {readonly string[]} args for `kfp-ts serve`
 * @param {string} [room] a folder for everything that it writes; otherwise it is the user's own server, and what it has to
 *   say goes to the user
 * @returns {Promise<Server>}
 * @throws with what the server said, when it ends instead
 */
export async function serve(args, room) {
  const folders = room && { HOME: room, XDG_RUNTIME_DIR: room, XDG_STATE_HOME: room, XDG_DATA_HOME: room };
  const child = spawn(process.execPath, [inRoot("packages/cli/dist/kfp-ts.js"), "serve", ...args], {
    env: { ...process.env, ...folders },
    stdio: ["ignore", "pipe", room ? "pipe" : "inherit"],
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  // Ctrl-C on a terminal reaches the server too, which then stops gracefully: this process only has to wait. Without a
  // terminal it may be a program that interrupts this process alone, so that it is passed on where nothing came of it.
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) setTimeout(stop, interruptedPatience).unref();
  });
  process.on("SIGTERM", stop);
  // Who ends npm from outside ends the shell between npm and this process, which gets no signal then.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), interruptedPatience).unref();
  try {
    const { url, said } = await announced(child, ended);
    return { url: url.replace("127.0.0.1", "localhost"), said, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Waits for the address that the server prints once it is ready.
 * @param {import("node:child_process").ChildProcess} child
 * @param {Promise<number>} ended
 * @returns {Promise<{ url: string, said: string }>}
 */
function announced(child, ended) {
  return new Promise((resolve, reject) => {
    let said = "";
    let printed = "";
    child.stderr?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      said += text;
    });
    child.stdout?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      printed += text;
      const url = /https?:\/\/[\w.:[\]-]+:\d+/.exec(printed)?.[0];
      // The banner is printed at once; its last line says that all of it is there.
      if (url && /^Ctrl-C stops it/m.test(printed)) resolve({ url, said: printed });
    });
    // Without a pipe for its errors, it has told the user itself.
    ended.then((code) => reject(new Error(said.trim() || (child.stderr ? `The server ended with ${code}.` : ""))));
    const late = () => reject(new Error(`The server was not ready after ${patience / 1000} s. ${said}`));
    setTimeout(late, patience).unref();
  });
}
