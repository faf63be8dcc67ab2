import { spawn } from "node:child_process";
import { chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePorts } from "../../scripts/free-ports.mjs";
import { runCommand } from "../../scripts/run-command.mjs";
import { needProgram, postgresFolders } from "./programs.mjs";

/**
 * Starts a PostgreSQL of its own: an empty cluster in a temporary folder, on a free port of loopback.
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export async function startPostgres() {
  const initdb = await needProgram(["initdb"], "postgresql", postgresFolders);
  const postgres = join(dirname(initdb), "postgres");
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-postgres-"));
  const identity = await someoneElseThanRoot();
  if (identity) chownSync(room, identity.uid, identity.gid);
  const data = join(room, "data");
  mkdirSync(data, { mode: 0o700 });
  if (identity) chownSync(data, identity.uid, identity.gid);

  const making = ["-D", data, "-U", "kfp", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  await start(initdb, making, identity, room).ended;
  const [port = 0] = await freePorts(1);
  // Nothing here outlives the test, so nothing has to reach the disk.
  const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", `unix_socket_directories=${room}`];
  const serving = ["-D", data, "-h", "127.0.0.1", "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])];
  const { child, ended } = start(postgres, serving, identity, room);
  const kill = () => child.kill("SIGINT");
  process.on("exit", kill);
  await Promise.race([
    ready(join(data, "postmaster.pid")),
    ended.then(() => Promise.reject(new Error("postgres ended at once"))),
  ]);
  return {
    url: `postgres://kfp@127.0.0.1:${port}/postgres`,
    async stop() {
      kill();
      await ended.catch(() => {});
      process.off("exit", kill);
      rmSync(room, { recursive: true, force: true });
    },
  };
}

/**
 * PostgreSQL refuses to run as root. Who else there is: Debian's own user for it, or nobody.
 * @returns {Promise<{ uid: number, gid: number } | undefined>} undefined where this process is not root's
 */
async function someoneElseThanRoot() {
  if (process.getuid?.() !== 0) return undefined;
  const name = await runCommand("id", ["-u", "postgres"]).then(
    () => "postgres",
    () => "nobody",
  );
  const [uid, gid] = await Promise.all([runCommand("id", ["-u", name]), runCommand("id", ["-g", name])]);
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * Starts a program that writes what it has to say into a file. A pipe would fill up while the tests run, because this
 * process waits for them and reads nothing, and then every session of the server would stand still.
 * @param {string} program
 * @param {string[]} args
 * @param {{ uid: number, gid: number } | undefined} identity
 * @param {string} room
 */
function start(program, args, identity, room) {
  const path = join(room, "log");
  const log = openSync(path, "a");
  const env = { PATH: process.env.PATH, LC_ALL: "C" };
  const child = spawn(program, args, { ...identity, cwd: room, env, stdio: ["ignore", "ignore", log] });
  closeSync(log);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}\n${readFileSync(path, "utf8")}`));
    });
  });
  ended.catch(() => {});
  return { child, ended };
}

/**
 * Waits until the server has written into its process file that it takes connections.
 * @param {string} file
 */
async function ready(file) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (existsSync(file) && /^ready\s*$/m.test(readFileSync(file, "utf8"))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("postgres was not ready after 30 s");
}
