import { spawn } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

  await ended(
    start(
      initdb,
      ["-D", data, "-U", "kfp", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
      identity,
      room,
    ),
  );
  const port = await freePort();
  // Nothing here outlives the test, so nothing has to reach the disk.
  const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", `unix_socket_directories=${room}`];
  const server = start(
    postgres,
    ["-D", data, "-h", "127.0.0.1", "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])],
    identity,
    room,
  );
  server.stderr.on("data", () => {});
  await ready(join(data, "postmaster.pid"), server);
  return {
    url: `postgres://kfp@127.0.0.1:${port}/postgres`,
    async stop() {
      const gone = ended(server).catch(() => {});
      server.kill("SIGINT");
      await gone;
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
 * @param {string} program
 * @param {string[]} args
 * @param {{ uid: number, gid: number } | undefined} identity
 * @param {string} cwd
 */
function start(program, args, identity, cwd) {
  return spawn(program, args, {
    ...identity,
    cwd,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/**
 * @param {ReturnType<typeof start>} child
 * @returns {Promise<void>}
 */
function ended(child) {
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${child.spawnfile} ended with ${code}\n${said}`)),
    );
  });
}

/**
 * Waits until the server has written into its process file that it takes connections.
 * @param {string} file
 * @param {ReturnType<typeof start>} server
 */
async function ready(file, server) {
  const failed = ended(server).then(() => {
    throw new Error("postgres ended at once");
  });
  const waited = (async () => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      try {
        if (/^ready\s*$/m.test(readFileSync(file, "utf8"))) return;
      } catch {
        // Not written yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("postgres was not ready after 30 s");
  })();
  await Promise.race([failed, waited]);
  failed.catch(() => {});
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
