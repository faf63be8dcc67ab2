import { spawn } from "node:child_process";
import { join } from "node:path";
import { inRoot } from "../workspace.mjs";

/** How long the server may take until it says where it is, in milliseconds. */
const patience = 60_000;

/**
 * @typedef {object} Server
 * @property {string} url where it answers
 * @property {() => void} showLog passes on what it says from now on, after what it has said so far
 * @property {Promise<number>} ended its exit code, when it has ended
 * @property {() => Promise<number>} stop asks it to stop, and waits until it has
 */

/**
 * Starts the built command's server and waits until it is ready.
 * @param {readonly string[]} args for `kfp-ts serve`
 * @param {string} [room] a folder for everything that it writes, on a free port; otherwise it is the user's own server
 * @returns {Promise<Server>}
 * @throws with what the server said, when it ends instead
 */
export async function serve(args, room) {
  const own = room ? ["--port", "0", "--data", join(room, "data")] : [];
  const folders = room && { HOME: room, XDG_RUNTIME_DIR: room, XDG_STATE_HOME: room, XDG_DATA_HOME: room };
  const child = spawn(process.execPath, [inRoot("packages/cli/dist/kfp-ts.js"), "serve", ...own, ...args], {
    env: { ...process.env, ...folders },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  /** @type {((text: string) => void)} */
  let listener = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      said += text;
      listener(text);
    });
  }
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  // Ctrl-C reaches the server too, which then stops gracefully: this process only has to wait. Other signals are passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", stop);

  /** @type {Promise<string>} */
  const announced = new Promise((resolve) => {
    listener = () => {
      const url = /https?:\/\/[\w.:[\]-]+:\d+/.exec(said)?.[0];
      if (url) resolve(url);
    };
  });
  const tooLong = new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error(`The server was not ready after ${patience / 1000} s. It said:\n${said}`)),
      patience,
    ).unref();
  });
  const endedFirst = ended.then((code) => {
    throw new Error(said.trim() || `The server ended with ${code} and said nothing.`);
  });
  endedFirst.catch(() => {});
  const url = await Promise.race([announced, endedFirst, tooLong]).catch(async (error) => {
    await stop();
    throw error;
  });
  listener = () => {};
  return {
    url: url.replace("127.0.0.1", "localhost"),
    showLog() {
      process.stderr.write(said);
      listener = (text) => process.stderr.write(text);
      said = "";
    },
    ended,
    stop,
  };
}
