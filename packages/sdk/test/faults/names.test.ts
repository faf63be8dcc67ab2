import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Client, type Lookup } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { closedPort } from "../helpers/local-server.ts";

const never = new Promise<never>(() => undefined);

function client(lookup: Lookup, port = 80): Client {
  return new Client({ host: `http://pipelines.example:${port}`, lookup, maxRetries: 0, connectTimeoutMs: 300 });
}

async function healthyServer(address: string): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"multi_user":false}');
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe("a name", () => {
  test("that nobody answers for is NAME_LOOKUP_FAILED within the time for connecting", async () => {
    const failure = await failureOf(client(() => never).healthz.get());
    expect(failure.code).toBe("NAME_LOOKUP_FAILED");
  });

  test("without an address is HOST_NOT_FOUND", async () => {
    expect((await failureOf(client(async () => []).healthz.get())).code).toBe("HOST_NOT_FOUND");
  });

  test("whose lookup throws is an error of the connection, with that as its cause", async () => {
    const failure = await failureOf(client(() => Promise.reject(new Error("no resolver today"))).healthz.get());
    expect(failure.kind).toBe("connection");
    expect((failure.cause as Error).message).toContain("no resolver today");
  });

  test("with an address of each family is reached while one of them is dead", async () => {
    const port = await healthyServer("127.0.0.1");
    const dead = { address: "::1", family: 6 } as const;
    const live = { address: "127.0.0.1", family: 4 } as const;
    for (const addresses of [
      [dead, live],
      [live, dead],
    ]) {
      expect((await client(async () => addresses, port).healthz.get()).multiUser).toBe(false);
    }
  });

  test("whose addresses are all dead is one refusal", async () => {
    const addresses = [
      { address: "::1", family: 6 },
      { address: "127.0.0.1", family: 4 },
    ] as const;
    const failure = await failureOf(client(async () => addresses, await closedPort()).healthz.get());
    expect(["CONNECTION_REFUSED", "HOST_UNREACHABLE"]).toContain(failure.code);
  });
});

const hasIpv6 = await healthyIpv6();

async function healthyIpv6(): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(0, "::1", () => server.close(() => resolve(true)));
  });
}

// This machine has no ::1 where it is skipped: containers often have none.
describe.skipIf(!hasIpv6)("a server that has IPv6 only", () => {
  test("is reached by its address", async () => {
    const port = await healthyServer("::1");
    const kfp = new Client({ host: `http://[::1]:${port}` });
    expect((await kfp.healthz.get()).multiUser).toBe(false);
  });

  test("is reached by localhost", async () => {
    const port = await healthyServer("::1");
    const addresses = [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ] as const;
    const kfp = new Client({ host: `http://localhost:${port}`, lookup: async () => addresses });
    expect((await kfp.healthz.get()).multiUser).toBe(false);
  });
});
