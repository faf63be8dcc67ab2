import { createServer } from "node:net";
import { expect, test } from "vitest";
import { openStore } from "../../../src/store/open.ts";

const open = (url: string) => openStore({ database: { kind: "postgres", url } });

test.each([
  ["no URL", "localhost; password=s3cret"],
  ["another protocol", "mysql://kfp:s3cret@localhost/kfp"],
  ["a URL that is none", "postgres://kfp:s3cret@[localhost/kfp"],
  ["a password with a slash that is not encoded", "postgres://kfp:s3c/ret@:x/kfp"],
])("%s is refused with how to write it, and without the password", async (_, url) => {
  const failure = await open(url).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: "StoreOpenError",
    code: "INVALID",
    message: /postgres:\/\/USER:PASSWORD@HOST/,
  });
  expect(everythingIn(failure)).not.toMatch(/s3c/);
});

test("a server that does not answer is named, without the password", async () => {
  const port = await freePort();
  const failure = await open(`postgres://kfp:s3cret@127.0.0.1:${port}/runs`).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: "StoreOpenError",
    code: "UNREACHABLE",
    message: expect.stringContaining(`PostgreSQL at 127.0.0.1:${port}, database runs cannot be used`),
  });
  expect(everythingIn(failure)).toContain("ECONNREFUSED");
  expect(everythingIn(failure)).not.toContain("s3cret");
});

test("a server that is no PostgreSQL is refused", async () => {
  const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const failure = await open(`postgres://kfp:s3cret@127.0.0.1:${port}/runs`).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "StoreOpenError", code: "UNREACHABLE" });
  expect(everythingIn(failure)).not.toContain("s3cret");
  server.close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** All that a log could print of an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = JSON.stringify(Object.getOwnPropertyNames(error).map((name) => [name, String(Reflect.get(error, name))]));
  return own + (error.cause === undefined ? "" : everythingIn(error.cause));
}
