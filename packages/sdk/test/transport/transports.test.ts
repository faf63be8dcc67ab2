import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { nodeHttpTransport, type Transport, type TransportRequest } from "../../src/index.ts";
import { fetchTransport } from "../../src/transport/fetch.ts";
import { localServer, page } from "../helpers/local-server.ts";

const adapters: ReadonlyArray<readonly [string, () => Transport]> = [
  ["node:http", () => nodeHttpTransport({ connectTimeoutMs: 2_000 })],
  ["fetch", () => fetchTransport(fetch)],
];

function request(origin: string, change: Partial<TransportRequest> = {}): TransportRequest {
  return {
    origin,
    path: "/apis/v2beta1/healthz?a=b%20c",
    method: "GET",
    headers: { accept: "application/json", "x-mine": "yes" },
    body: undefined,
    timeoutMs: 5_000,
    signal: undefined,
    ...change,
  };
}

function bodyOf(chunks: readonly string[], length?: number) {
  return {
    length,
    async *open() {
      for (const chunk of chunks) yield new TextEncoder().encode(chunk);
    },
  };
}

describe.each(adapters)("transport on %s", (_name, make) => {
  test("a request arrives as it was given, and the answer comes back whole", async () => {
    const server = await localServer((_request, response) =>
      page(response, 418, "text/x-mine", "grüße", { "x-back": "1" }),
    );
    const answer = await make().send(request(server.origin));
    expect(answer).toMatchObject({ status: 418, body: "grüße" });
    expect(answer.headers).toMatchObject({ "content-type": "text/x-mine", "x-back": "1" });
    const [got] = server.received;
    expect(got).toMatchObject({ method: "GET", url: "/apis/v2beta1/healthz?a=b%20c" });
    expect(got?.headers).toMatchObject({
      accept: "application/json",
      "x-mine": "yes",
      host: `127.0.0.1:${server.port}`,
    });
  });

  test("a body of text is sent with its length in bytes", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", ""));
    await make().send(request(server.origin, { method: "POST", body: '{"name":"ü"}' }));
    expect(server.received[0]).toMatchObject({ body: '{"name":"ü"}' });
    expect(server.received[0]?.headers["content-length"]).toBe("13");
  });

  test("a POST without a body says so", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", ""));
    await make().send(request(server.origin, { method: "POST" }));
    expect(server.received[0]?.headers["content-length"]).toBe("0");
    expect(server.received[0]?.headers["transfer-encoding"]).toBeUndefined();
  });

  test("a streamed body of known length is sent with that length", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", ""));
    await make().send(request(server.origin, { method: "POST", body: bodyOf(["abc", "def"], 6) }));
    expect(server.received[0]?.body).toBe("abcdef");
    expect(server.received[0]?.headers["content-length"]).toBe("6");
  });

  test("a streamed body of unknown length arrives whole", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", ""));
    await make().send(request(server.origin, { method: "POST", body: bodyOf(["abc", "def"]) }));
    expect(server.received[0]?.body).toBe("abcdef");
  });

  test("what a streamed body throws is what the call fails with", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", ""));
    const broken = {
      length: undefined,
      async *open() {
        yield new Uint8Array(1);
        throw new RangeError("the disk is gone");
      },
    };
    await expect(make().send(request(server.origin, { method: "POST", body: broken }))).rejects.toThrow(
      "the disk is gone",
    );
  });

  test("a redirection is an answer and is not followed", async () => {
    const server = await localServer((_request, response) =>
      page(response, 302, "text/html", "", { location: `http://127.0.0.1:${server.port}/dex/auth` }),
    );
    expect((await make().send(request(server.origin))).status).toBe(302);
    expect(server.received).toHaveLength(1);
  });

  test("a large answer in many pieces comes back whole", async () => {
    const text = "é".repeat(400_000);
    const server = await localServer((_request, response) => page(response, 200, "text/plain", text));
    expect((await make().send(request(server.origin))).body).toBe(text);
  });

  test("an answer that does not come in time ends with a TimeoutError", async () => {
    const server = await localServer(() => undefined);
    await expect(make().send(request(server.origin, { timeoutMs: 50 }))).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("an answer that stops in the middle ends with a TimeoutError", async () => {
    const server = await localServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{");
    });
    await expect(make().send(request(server.origin, { timeoutMs: 80 }))).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("an abort ends the exchange with the signal's own reason", async () => {
    const server = await localServer(() => controller.abort(reason));
    const reason = { mine: true };
    const controller = new AbortController();
    await expect(make().send(request(server.origin, { signal: controller.signal }))).rejects.toBe(reason);
  });

  test("a signal that is aborted already keeps the request from being sent", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", ""));
    await expect(make().send(request(server.origin, { signal: AbortSignal.abort("no") }))).rejects.toBe("no");
    expect(server.received).toHaveLength(0);
  });

  test("a connection that breaks before the answer rejects", async () => {
    const server = await localServer((_request, response) => void response.destroy());
    await expect(make().send(request(server.origin))).rejects.toBeInstanceOf(Error);
  });

  test("an answer that is cut off rejects, and is not taken for a short one", async () => {
    const server = await localServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"experiments":');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(make().send(request(server.origin))).rejects.toBeInstanceOf(Error);
  });

  test("an early refusal of an upload is an answer, even though the body is not sent", async () => {
    const server = await localServer(() => undefined);
    server.server.removeAllListeners("request");
    server.server.on("request", (_request, response) =>
      page(response, 413, "text/plain", "too large", { connection: "close" }),
    );
    const endless = {
      length: undefined,
      async *open() {
        for (let count = 0; count < 50; count += 1) {
          yield new Uint8Array(64 * 1024);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    };
    const sending = make().send(request(server.origin, { method: "POST", body: endless, timeoutMs: 10_000 }));
    const outcome = await sending.then(
      ({ status }) => status,
      (error: unknown) => error,
    );
    // A socket that the server closes at once can be lost to the answer; taking it for success would be wrong.
    expect(outcome === 413 || outcome instanceof Error).toBe(true);
  });

  test("20 requests at the same time under one signal make no warning about listeners", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", "ok"));
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    process.on("warning", onWarning);
    const transport = make();
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => transport.send(request(server.origin, { signal }))));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});

describe("transport on node:http alone", () => {
  test("connections are kept and used again", async () => {
    const sockets = new Set<Socket>();
    const server = await localServer((_request, response) => page(response, 200, "text/plain", "ok"));
    server.server.on("connection", (socket: Socket) => sockets.add(socket));
    const transport = nodeHttpTransport({ connectTimeoutMs: 2_000 });
    for (let count = 0; count < 5; count += 1) await transport.send(request(server.origin));
    expect(sockets.size).toBe(1);
    transport.close?.();
  });

  test("names are resolved by the lookup that was given", async () => {
    const server = await localServer((_request, response) => page(response, 200, "text/plain", "ok"));
    const asked: string[] = [];
    const transport = nodeHttpTransport({
      connectTimeoutMs: 2_000,
      lookup: async (hostname) => {
        asked.push(hostname);
        return [{ address: "127.0.0.1", family: 4 }];
      },
    });
    const origin = `http://ml-pipeline-ui.kubeflow:${server.port}`;
    expect((await transport.send(request(origin))).body).toBe("ok");
    expect(asked).toEqual(["ml-pipeline-ui.kubeflow"]);
    expect(server.received[0]?.headers.host).toBe(`ml-pipeline-ui.kubeflow:${server.port}`);
  });

  test("a connection that does not come about ends with the time for connecting, not with that of the attempt", async () => {
    // 192.0.2.0/24 is for documentation; where even that is refused at once, there is nothing to wait for.
    const transport = nodeHttpTransport({ connectTimeoutMs: 100 });
    const began = Date.now();
    await expect(transport.send(request("http://192.0.2.1:81"))).rejects.toMatchObject({
      code: expect.stringMatching(/ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED/),
    });
    expect(Date.now() - began).toBeLessThan(3_000);
  });
});
