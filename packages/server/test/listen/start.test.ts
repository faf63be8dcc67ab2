import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { StartError } from "../../src/index.ts";
import { findPortHolder } from "../../src/listen/port-holder.ts";
import { raw } from "../http/raw-client.ts";
import { startTestServer } from "../test-server.ts";

async function startFailure(options: Parameters<typeof startTestServer>[0]): Promise<StartError> {
  const failure: unknown = await startTestServer(options).then(
    (server) => server.close(),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StartError);
  return failure as StartError;
}

describe("starting", () => {
  test("is done once it answers, on any free port where none is asked for", async () => {
    const server = await startTestServer();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect((await fetch(`${server.url}/apis/v2beta1/healthz`)).status).toBe(200);
    await server.close();
  });

  test("on a busy port fails, and says who has it", async () => {
    const server = await startTestServer();
    const failure = await startFailure({ port: server.port });
    expect(failure.code).toBe("ERR_PORT_BUSY");
    expect(failure.message).toContain(`Port ${server.port} on 127.0.0.1 is in use`);
    expect(failure.message).toContain("--port");
    if (process.platform === "linux") expect(failure.processId).toBe(process.pid);
    await server.close();
  });

  test("on an address that this machine does not have fails", async () => {
    const failure = await startFailure({ host: "203.0.113.1", insecureNoAuth: true });
    expect([failure.code, failure.message]).toEqual(["ERR_ADDRESS_UNKNOWN", expect.stringContaining("--host")]);
  });

  test.each(["0.0.0.0", "::", "192.168.1.2", "kfp.example", "10.0.0.1"])(
    "on %s needs a word, because the server asks nobody who they are",
    async (host) => {
      const failure = await startFailure({ host });
      expect([failure.code, failure.message]).toEqual([
        "ERR_OPEN_TO_NETWORK",
        expect.stringContaining("--insecure-no-auth"),
      ]);
    },
  );

  test("on all addresses is possible, and still answers to no foreign name", async () => {
    const server = await startTestServer({ host: "0.0.0.0", insecureNoAuth: true });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const status = await new Promise((resolve) => {
      request({ host: "127.0.0.1", port: server.port, headers: { host: "0.0.0.0" } }, (response) => {
        resolve(response.resume().statusCode);
      }).end();
    });
    expect(status).toBe(421);
    await server.close();
  });

  test("with an allowed host or origin that is none fails", async () => {
    expect((await startFailure({ allowedHosts: ["http://x"] })).code).toBe("ERR_OPTION");
    expect((await startFailure({ allowOrigins: ["portal.example"] })).code).toBe("ERR_OPTION");
  });
});

describe("stopping", () => {
  const slow = "POST /apis/v2beta1/experiments HTTP/1.1\r\nhost: localhost\r\ncontent-length: 22\r\n\r\n";

  test("lets a request under way finish, takes no new one, and ends its connection", async () => {
    const server = await startTestServer();
    let closing: Promise<void> | undefined;
    const answer = await raw(server.port, async (socket) => {
      socket.write(slow);
      await pause(100);
      closing = server.close({ graceMs: 5000 });
      await pause(100);
      await expect(fetch(server.url)).rejects.toThrow();
      socket.write('{"display_name":"las"}');
    });
    expect([answer.status, /connection: close/i.test(answer.text)]).toEqual([200, true]);
    await closing;
  });

  test("does not wait for longer than it is told to", async () => {
    const server = await startTestServer();
    const started = performance.now();
    const answer = await raw(server.port, async (socket) => {
      socket.write(slow);
      await pause(100);
      void server.close({ graceMs: 200 });
    });
    expect(answer.status).toBeNaN();
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("ends connections that only wait, and can be asked for twice", async () => {
    const server = await startTestServer();
    const waiting = raw(server.port, () => undefined);
    await pause(50);
    await Promise.all([server.close(), server.close()]);
    expect((await waiting).text).toBe("");
  });
});

// Only Linux tells which process has a socket.
describe.skipIf(process.platform !== "linux")("the holder of a port", () => {
  test("is found on IPv4 and on IPv6", async () => {
    for (const host of ["127.0.0.1", "::1"]) {
      const server = createServer();
      const listening = await new Promise<boolean>((resolve) => {
        server.once("error", () => resolve(false));
        server.listen(0, host, () => resolve(true));
      });
      // A machine without IPv6 has nothing to find there.
      if (!listening) continue;
      const { port } = server.address() as AddressInfo;
      const holder = await findPortHolder(port);
      expect([holder?.processId, holder?.command]).toEqual([process.pid, expect.stringContaining("node")]);
      server.close();
    }
  });

  test("is nobody where nobody listens, or where the kernel does not tell", async () => {
    expect(await findPortHolder(1)).toBeUndefined();
    expect(await findPortHolder(3000, "/nowhere")).toBeUndefined();
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
