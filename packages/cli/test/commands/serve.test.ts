import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { type Fake, fakeIo } from "../fake-io.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-serve-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const started = (...argv: string[]) =>
  fakeIo({
    argv: ["serve", ...argv],
    env: { XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: join(folder, "share"), HOME: folder },
  });

/** Waits for the banner and gives the URL in it. */
async function urlIn(fake: Fake): Promise<string> {
  for (;;) {
    const url = /on (http:\/\/\S+)/.exec(fake.stdout())?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("it says where it is, where its data is and how to connect, and stops gracefully", async () => {
  const fake = started("--port", "0");
  const outcome = outcomeOf(fake);
  const url = await urlIn(fake);
  const data = join(folder, "share", "kfp-ts");
  expect(fake.stdout()).toContain(`data        ${data}\n`);
  for (const line of [
    `new Client({ host: "${url}" })`,
    `kfp.Client(host="${url}")`,
    `curl ${url}/apis/v2beta1`,
    "Ctrl-C stops it.",
  ]) {
    expect(fake.stdout()).toContain(line);
  }
  expect((await fetch(`${url}/apis/v2beta1/healthz`)).status).toBe(200);
  expect(statSync(data).mode & 0o777).toBe(0o700);

  const found = await outcomeOf(fakeIo({ argv: ["experiments", "list"], env: { XDG_RUNTIME_DIR: folder } }));
  expect(found).toMatchObject({
    code: 0,
    stderr: `Using the server on ${url} (kfp-ts serve, process ${process.pid})\n`,
  });

  fake.signal("SIGTERM");
  expect(await outcome).toMatchObject({ code: 0, stderr: expect.stringContaining("Stopping.") });
  await expect(fetch(url)).rejects.toThrow();
  const after = await outcomeOf(fakeIo({ argv: ["experiments", "list"], env: { XDG_RUNTIME_DIR: folder } }));
  expect(after.code).toBe(2);
});

test("what it keeps is there after a restart, and a second one on the same data is refused", async () => {
  const data = join(folder, "kept");
  const serve = () => started("--port", "0", "--data", data);
  const kfp = async (fake: Fake, ...argv: string[]) =>
    outcomeOf(fakeIo({ argv: [...argv, "--endpoint", await urlIn(fake)] }));

  const first = serve();
  const ended = outcomeOf(first);
  await kfp(first, "experiments", "create", "kept");
  const second = await outcomeOf(serve());
  expect(second.code).toBe(1);
  expect(second.stderr).toMatch(/in use by another process/);
  first.signal("SIGINT");
  expect((await ended).code).toBe(0);

  const again = serve();
  const endedAgain = outcomeOf(again);
  expect((await kfp(again, "experiments", "get", "kept")).code).toBe(0);
  again.signal("SIGINT");
  await endedAgain;
});

test("the second Ctrl-C does not wait for requests under way", async () => {
  const fake = started("--port", "0", "--in-memory");
  const outcome = outcomeOf(fake);
  const { port } = new URL(await urlIn(fake));
  const slow = connect(Number(port), "127.0.0.1");
  slow.on("error", () => {});
  slow.write("POST /apis/v2beta1/experiments HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{");
  await new Promise((resolve) => setTimeout(resolve, 50));
  fake.signal("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 50));
  fake.signal("SIGINT");
  expect(await outcome).toMatchObject({ code: 130 });
  slow.destroy();
});

test("a busy port says which process has it", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await outcomeOf(started("--port", String(port), "--in-memory"));
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`Port ${port}`);
  if (existsSync("/proc/net/tcp")) expect(stderr).toContain(String(process.pid));
  other.close();
});

test("to listen beyond this machine takes a word", async () => {
  const refused = await outcomeOf(started("--host", "0.0.0.0", "--port", "0", "--in-memory"));
  expect(refused).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("--insecure-no-auth") });
});

test("an allowed host that is none is wrong usage", async () => {
  expect(await outcomeOf(started("--in-memory", "--port", "0", "--allowed-host", "a b"))).toMatchObject({ code: 2 });
});

test("what runs need is refused where others could have runs executed without isolation", async () => {
  const words = ["--host", "0.0.0.0", "--insecure-no-auth", "--isolation", "none", "--port", "0", "--in-memory"];
  expect(await outcomeOf(started(...words))).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("everybody who reaches 0.0.0.0 could have runs executed"),
  });
});
