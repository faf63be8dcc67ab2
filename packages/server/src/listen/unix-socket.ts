import { chmod, lstat, mkdtemp, rename, rm, rmdir, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { StartError } from "../start-error.ts";

/** The longest path that every system can connect to, in bytes. Linux takes four more. */
const MAX_PATH_BYTES = 103;

/**
 * Lets a server listen on a unix socket that only its own user can open. It is made in a folder that nobody else can
 * enter, closed, and only then put in its place: at no time can others connect.
 *
 * @param path - A socket that is there already goes away, if nobody answers on it.
 * @returns removes the socket, unless another one has taken its place.
 * @throws StartError that says what is in the way.
 */
export async function bindUnixSocket(server: Server, path: string): Promise<() => Promise<void>> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw cannot(path, `its path is longer than ${MAX_PATH_BYTES} bytes, and nobody could connect to it`);
  }
  await refuseTaken(path);
  const folder = await mkdtemp(join(dirname(path), ".")).catch((error: NodeJS.ErrnoException) => {
    throw cannot(path, `its folder cannot be written to (${error.code})`, error);
  });
  const made = join(folder, "s");
  try {
    await listen(server, made);
    await chmod(made, 0o600);
    await rename(made, path);
  } catch (error) {
    server.close();
    throw cannot(path, `it cannot be made (${(error as NodeJS.ErrnoException).code})`, error);
  } finally {
    await rm(made, { force: true });
    await rmdir(folder);
  }
  const { ino } = await lstat(path);
  return async () => {
    const found = await lstat(path).catch(() => undefined);
    if (found?.ino === ino) await unlink(path);
  };
}

/** A socket on which nobody answers is what a process left behind that was killed. */
async function refuseTaken(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw cannot(path, `it cannot be looked at (${error.code})`, error);
  });
  if (found === undefined) return;
  if (!found.isSocket()) throw cannot(path, "something else is there, which is no socket");
  if (await isAnswered(path)) throw cannot(path, "another process listens there");
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // A queue that is full is somebody's.
      if (error.code === "EAGAIN") resolve(true);
      else if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(false);
      else reject(cannot(path, `it is in use, or another user's (${error.code})`, error));
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function cannot(path: string, why: string, cause?: unknown): StartError {
  return new StartError("ERR_SOCKET", `The unix socket ${path} cannot be listened on: ${why}. Choose another path.`, {
    cause,
  });
}
