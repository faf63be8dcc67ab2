import { describe, expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { closedPort, json, localServer } from "../helpers/local-server.ts";
import { type Behaviour, rawServer } from "./raw-server.ts";

function answers(status: string, type: string, body: string): Behaviour {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  return { asked: (socket) => socket.end(head + body) };
}

const page = "<html><title>Company proxy</title>Access to this site is not allowed.</html>";

/** Proxies, and what a call over http and one over https through them fail with. */
const scenes: ReadonlyArray<readonly [string, Behaviour, http: string, https: string]> = [
  ["accepts and says nothing", {}, "TIMEOUT", "PROXY_FAILED"],
  ["ends the connection", { connected: (socket) => socket.end() }, "CONNECTION_LOST", "PROXY_FAILED"],
  ["wants a login", answers("407 Proxy Authentication Required", "text/html", page), "PROXY_FAILED", "PROXY_FAILED"],
  ["refuses with a page", answers("403 Forbidden", "text/html", page), "NOT_THE_API", "PROXY_FAILED"],
  ["cannot reach the server", answers("502 Bad Gateway", "text/html", page), "SERVER_UNAVAILABLE", "PROXY_FAILED"],
  ["answers with a page", answers("200 OK", "text/html", page), "NOT_THE_API", "TLS_FAILED"],
  ["speaks something else", { asked: (socket) => socket.end("SSH-2.0-x\r\n") }, "NOT_HTTP", "PROXY_FAILED"],
];

describe.each(scenes)("a proxy that %s", (_name, behaviour, overHttp, overHttps) => {
  test.each([
    ["http://pipelines.example", overHttp],
    ["https://pipelines.example", overHttps],
  ])(`fails a call to %s with %s`, async (host, code) => {
    const server = await rawServer(behaviour);
    const proxy = `http://127.0.0.1:${server.port}`;
    const kfp = new Client({ host, proxy, maxRetries: 0, timeoutMs: 1_000, connectTimeoutMs: 300 });
    const failure = await failureOf(kfp.healthz.get());
    expect(failure.code, failure.message).toBe(code);
    await kfp.close();
    await expect.poll(() => server.open.size).toBe(0);
  });
});

describe("a proxy that is not there", () => {
  test.each(["http://pipelines.example", "https://pipelines.example"])("is named where %s is asked", async (host) => {
    const port = await closedPort();
    const kfp = new Client({ host, proxy: `http://127.0.0.1:${port}`, maxRetries: 0 });
    const failure = await failureOf(kfp.healthz.get());
    expect(failure.code).toBe("PROXY_FAILED");
    expect(failure.message).toContain(`127.0.0.1:${port}`);
    expect(failure.fix).toContain("NO_PROXY");
  });
});

test("what goes wrong behind a proxy that works is about the server", async () => {
  const proxy = await localServer((_request, response) => json(response, 503, { code: 14, message: "starting" }));
  const kfp = new Client({ host: "http://pipelines.example", proxy: proxy.origin, maxRetries: 0 });
  expect((await failureOf(kfp.healthz.get())).code).toBe("SERVER_UNAVAILABLE");
});
