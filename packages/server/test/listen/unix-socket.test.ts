import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestServer } from "../test-server.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-socket-"));
});
afterEach(() => rm(folder, { recursive: true }));

const failure = (path: string) =>
  startTestServer({ unixSocket: path }).then(
    () => expect.unreachable(),
    (error: { code: string; message: string }) => error,
  );

test("a socket is there while the server runs, for its own user alone, and nothing else is left", async () => {
  const path = join(folder, "kfp.sock");
  const server = await startTestServer({ unixSocket: path });
  expect(await readdir(folder)).toEqual(["kfp.sock"]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await server.close();
  expect(await readdir(folder)).toEqual([]);
});

test("a socket that a killed process left behind is taken over", async () => {
  const path = join(folder, "kfp.sock");
  const program = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", program]);
  expect((await stat(path)).isSocket()).toBe(true);
  const server = await startTestServer({ unixSocket: path });
  await server.close();
});

test("a socket on which somebody answers is left to them", async () => {
  const path = join(folder, "kfp.sock");
  const other = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => other.listen(path, resolve));
  expect(await failure(path)).toMatchObject({
    code: "ERR_SOCKET",
    message: expect.stringContaining("another process listens there"),
  });
  expect((await stat(path)).isSocket()).toBe(true);
  await new Promise((resolve) => other.close(resolve));
});

test("a file in its place is not removed, and a folder that is not there is named", async () => {
  const path = join(folder, "file");
  await writeFile(path, "precious");
  expect(await failure(path)).toMatchObject({ code: "ERR_SOCKET", message: expect.stringContaining("no socket") });
  expect((await stat(path)).size).toBe(8);
  const missing = join(folder, "missing", "kfp.sock");
  expect(await failure(missing)).toMatchObject({ code: "ERR_SOCKET", message: expect.stringContaining("ENOENT") });
  expect(await readdir(folder)).toEqual(["file"]);
});

test("a path to which nobody could connect is refused", async () => {
  const path = join(folder, "x".repeat(100));
  expect(await failure(path)).toMatchObject({
    code: "ERR_SOCKET",
    message: expect.stringContaining("longer than 103"),
  });
});

test("a server that stops leaves the socket of the one that came after it", async () => {
  const path = join(folder, "kfp.sock");
  const first = await startTestServer({ unixSocket: path });
  await rm(path);
  const second = await startTestServer({ unixSocket: path });
  await first.close();
  expect((await stat(path)).isSocket()).toBe(true);
  await second.close();
});
