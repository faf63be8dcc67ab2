import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../../src/index.ts";
import { startTestServer } from "../test-server.ts";
import { raw, rawRequest } from "./raw-client.ts";

let server: RunningServer;

beforeAll(async () => {
  server = await startTestServer({
    allowOrigins: ["https://portal.example"],
    limits: {
      bodyIdleMs: 300,
      headersTimeoutMs: 600,
      requestTimeoutMs: 5000,
      maxHeaderBytes: 16_384,
      bodyMemoryBytes: 300_000,
      maxBodyBytes: 200_000,
    },
  });
});
afterAll(() => server.close());

/** Sends headers that fetch would not. */
function ask(
  headers: Record<string, string>,
  method = "GET",
  path = "/apis/v2beta1/experiments",
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

describe("web pages", () => {
  test("cannot use the server under a name that they let point at it", async () => {
    for (const path of ["/apis/v2beta1/experiments", "/pipeline/apis/v2beta1/healthz", "/", "/metrics", "/pipeline/"]) {
      expect((await ask({ host: `evil.example:${server.port}` }, "GET", path)).status, path).toBe(421);
    }
    expect(JSON.parse((await ask({ host: "evil.example" })).body)).toMatchObject({ code: 9 });
    expect((await rawRequest(server.port, ["GET http://evil.example/ HTTP/1.1", "host: localhost"])).status).toBe(421);
  });

  test("of another origin are refused, whatever method and type they use", async () => {
    for (const method of ["GET", "POST", "DELETE", "OPTIONS", "HEAD"]) {
      expect((await ask({ origin: "http://evil.example" }, method)).status, method).toBe(403);
      expect((await ask({ "sec-fetch-site": "cross-site" }, method)).status, method).toBe(403);
      expect((await ask({ "sec-fetch-site": "same-site" }, method)).status, method).toBe(403);
    }
    const answer = await ask({ origin: "http://evil.example" });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 7 });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("of an allowed origin may read answers and send everything that they ask for", async () => {
    const answer = await ask({ origin: "https://portal.example", "sec-fetch-site": "cross-site" });
    expect(answer).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": "https://portal.example", vary: "Origin" },
    });
    const preflight = await ask(
      {
        origin: "https://portal.example",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "content-type,x-request-id",
        "access-control-request-private-network": "true",
      },
      "OPTIONS",
    );
    expect(preflight).toMatchObject({
      status: 204,
      body: "",
      headers: {
        "access-control-allow-origin": "https://portal.example",
        "access-control-allow-methods": expect.stringContaining("PATCH"),
        "access-control-allow-headers": "content-type,x-request-id",
        "access-control-allow-private-network": "true",
        vary: "Origin",
      },
    });
  });

  test("that are asked for by nobody get no headers that let them read, but are told apart by caches", async () => {
    const { headers } = await ask({});
    expect(headers).toMatchObject({
      vary: "Origin",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("request ids", () => {
  test("are taken from the request and given back", async () => {
    expect((await ask({ "x-request-id": "job-17/step.3" })).headers["x-request-id"]).toBe("job-17/step.3");
  });

  test("that are none are replaced", async () => {
    for (const id of ["", "a b", "x".repeat(200), "<script>"]) {
      expect((await ask({ "x-request-id": id })).headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("hostile connections", () => {
  test("a request without a Host, or with two, is 400", async () => {
    expect((await rawRequest(server.port, ["GET / HTTP/1.1"])).status).toBe(400);
    expect((await rawRequest(server.port, ["GET / HTTP/1.0"])).status).toBe(400);
    expect((await rawRequest(server.port, ["GET / HTTP/1.1", "host: localhost", "host: evil.example"])).status).toBe(
      400,
    );
  });

  test("headers that are too large are 431", async () => {
    const answer = await rawRequest(server.port, ["GET / HTTP/1.1", "host: localhost", `x: ${"x".repeat(20_000)}`]);
    expect([answer.status, answer.text.endsWith("431 Request Header Fields Too Large\n")]).toEqual([431, true]);
  });

  test("thousands of small headers are 431 as well", async () => {
    const many = Array.from({ length: 4000 }, (_, index) => `x-${index}: y`);
    expect((await rawRequest(server.port, ["GET / HTTP/1.1", "host: localhost", ...many])).status).toBe(431);
  });

  test("what is no HTTP is 400", async () => {
    expect((await raw(server.port, (socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"))).status).toBe(400);
    expect((await rawRequest(server.port, ["GET / HTTP/1.1", "host: localhost", "content-length: x"])).status).toBe(
      400,
    );
    const both = [
      "POST /apis/v2beta1/experiments HTTP/1.1",
      "host: localhost",
      "content-length: 3",
      "transfer-encoding: chunked",
    ];
    expect((await rawRequest(server.port, both, "0\r\n\r\n")).status).toBe(400);
  });

  test("headers that do not end are 408", async () => {
    const answer = await raw(server.port, (socket) => void socket.write("GET / HTTP/1.1\r\nhost: localhost\r\nx: "));
    expect(answer.status).toBe(408);
  });

  test("a body that stops arriving is 408, in the shape of its path, and the connection is closed", async () => {
    const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n`;
    const json = await raw(server.port, (socket) => void socket.write(`${head("/apis/v2beta1/experiments")}\r\n{`));
    expect([json.status, json.text.includes('{"code":4,'), /connection: close/i.test(json.text)]).toEqual([
      408,
      true,
      true,
    ]);
    const type = "content-type: multipart/form-data; boundary=b\r\n\r\n--b\r\n";
    const upload = await raw(
      server.port,
      (socket) => void socket.write(`${head("/apis/v2beta1/pipelines/upload")}${type}`),
    );
    expect([upload.status, upload.text.includes('{"error_message":')]).toEqual([408, true]);
  });

  test("a body that arrives drop by drop in time is read", async () => {
    const answer = await raw(server.port, async (socket) => {
      const body = JSON.stringify({ display_name: "drop by drop" });
      socket.write(
        `POST /apis/v2beta1/experiments HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      for (const part of body.match(/.{1,10}/g) ?? []) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        socket.write(part);
      }
    });
    expect(answer.status).toBe(200);
  });

  test("a client that goes away in the middle of a body is no error", async () => {
    await raw(server.port, (socket) => {
      socket.write("POST /apis/v2beta1/experiments HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{");
      setTimeout(() => socket.destroy(), 50);
    });
    expect((await ask({})).status).toBe(200);
  });

  test("bodies that would take too much memory together are 429", async () => {
    const head =
      "POST /apis/v2beta1/experiments HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 150001\r\n\r\n";
    const half = " ".repeat(150_000);
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        raw(server.port, async (socket) => {
          socket.write(head + half);
          await new Promise((resolve) => setTimeout(resolve, 200));
          socket.write(" ");
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.at(-1)).toBe(429);
    expect(statuses[0]).toBe(400);
    expect((await ask({})).status).toBe(200);
  });
});
