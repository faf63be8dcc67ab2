import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Client } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { certificate, experimentOf, json, localServer } from "../helpers/local-server.ts";

/** A real proxy: passes plain requests on, and opens tunnels. */
async function proxy(allow = true) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(request.url ?? "", { headers: headers as Record<string, string> });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (!allow) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const port = Number(request.url?.split(":")[1]);
    const far = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(socket).pipe(far);
    });
    far.on("error", () => socket.destroy());
    socket.on("error", () => far.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe("through a proxy", () => {
  test("plain HTTP is asked of it with the whole URL", async () => {
    const { url, asked } = await proxy();
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    const kfp = new Client({ host: `${server.origin}/pipeline`, proxy: url });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
    expect(asked).toEqual([`GET ${server.origin}/pipeline/apis/v2beta1/experiments/1`]);
    expect(server.received[0]?.url).toBe("/pipeline/apis/v2beta1/experiments/1");
  });

  test("TLS goes through a tunnel, and the certificate is checked as ever; the tunnel is used again", async () => {
    const { url, asked } = await proxy();
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")), "good");
    const kfp = new Client({ host: server.origin, proxy: url, tls: { ca: certificate("ca") } });
    await kfp.experiments.get("1");
    await kfp.experiments.get("2");
    expect(asked).toEqual([`CONNECT 127.0.0.1:${server.port}`]);
    expect((await failureOf(new Client({ host: server.origin, proxy: url }).runs.get("1"))).code).toBe("TLS_UNTRUSTED");
  });

  test("a tunnel that the proxy refuses is an error that says so", async () => {
    const { url } = await proxy(false);
    const error = await failureOf(new Client({ host: "https://127.0.0.1:1", proxy: url }).runs.get("1"));
    expect(error.kind).toBe("connection");
    expect(error.message).toContain(`the proxy ${new URL(url).host} refused the tunnel to 127.0.0.1:1 (HTTP 407)`);
    expect(error.fix).toContain("the proxy");
  });

  test("a proxy that does not answer is given up after the time for connecting, and nothing is left open", async () => {
    const sockets = new Set<Socket>();
    const silent = createTcpServer((socket) => {
      sockets.add(socket);
      socket
        .on("close", () => sockets.delete(socket))
        .on("error", () => undefined)
        .resume();
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const kfp = new Client({ host: "https://127.0.0.1:1", proxy: url, connectTimeoutMs: 100, maxRetries: 0 });
    expect((await failureOf(kfp.runs.get("1"))).code).toBe("PROXY_FAILED");
    await expect.poll(() => sockets.size).toBe(0);
    silent.close();
  });

  test("an address that is none, or holds a secret, is refused when the client is made", async () => {
    for (const bad of ["https://proxy:1", "http://user:hunter2@proxy:1", "::"]) {
      const error = await failureOf(() => new Client({ host: "http://localhost:1", proxy: bad }));
      expect(error.code).toBe("BAD_OPTION");
      expect(error.message).not.toContain("hunter2");
    }
  });
});
