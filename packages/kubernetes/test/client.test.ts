import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { KubernetesError } from "../src/index.ts";
import { clientOf, json, rejection, startServer, statusBody } from "./api-server.ts";

const get = { method: "GET", path: "/api/v1/namespaces/team-a" } as const;

describe("a call", () => {
  test("sends method, path, query and body as JSON, and gives what is answered", async () => {
    const server = await startServer((request, response) => json(response, 201, { got: JSON.parse(request.body) }));
    const kubernetes = await clientOf({ server: server.url }, { token: "t0ken" });
    const answer = await kubernetes.call({
      method: "POST",
      path: "/api/v1/things",
      query: { dryRun: "All", limit: 5, watch: false, left: undefined },
      body: { kind: "Thing", word: "größer" },
    });
    expect(answer).toEqual({ got: { kind: "Thing", word: "größer" } });
    const [seen] = server.seen;
    expect(seen?.method).toBe("POST");
    expect(seen?.path).toBe("/api/v1/things");
    expect(seen?.query.toString()).toBe("dryRun=All&limit=5&watch=false");
    expect(seen?.headers).toMatchObject({
      authorization: "Bearer t0ken",
      "content-type": "application/json",
      accept: "application/json",
    });
  });

  test("keeps its connection for the next", async () => {
    const server = await startServer((_, response) => json(response, 200, {}));
    let connections = 0;
    server.server.on("connection", () => {
      connections += 1;
    });
    const kubernetes = await clientOf({ server: server.url });
    for (let turn = 0; turn < 5; turn += 1) await kubernetes.call(get);
    expect(connections).toBe(1);
  });

  test("goes below the path of a server that has one", async () => {
    const server = await startServer((_, response) => json(response, 200, {}));
    const kubernetes = await clientOf({ server: `${server.url}/k8s/clusters/c-1/` });
    await kubernetes.call(get);
    expect(server.seen[0]?.path).toBe("/k8s/clusters/c-1/api/v1/namespaces/team-a");
    expect(kubernetes.access.server).toBe(`${server.url}/k8s/clusters/c-1`);
  });

  test("without TLS asks the proxy of the cluster for the whole URL", async () => {
    const proxy = await startServer((_, response) => json(response, 200, {}));
    const asked: (string | undefined)[] = [];
    proxy.server.prependListener("request", ({ url }) => asked.push(url));
    const login = { "proxy-url": `http://me:p%40ss@127.0.0.1:${proxy.port}` };
    await (await clientOf({ server: "http://localhost:1", ...login })).call(get);
    expect(asked).toEqual(["http://localhost:1/api/v1/namespaces/team-a"]);
    const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(proxy.seen[0]?.headers).toMatchObject({ host: "localhost:1", "proxy-authorization": basic });
  });

  test("is made in another's name where the kubeconfig says so", async () => {
    const server = await startServer((_, response) => json(response, 200, {}));
    const user = {
      as: "jane",
      "as-uid": "7",
      "as-groups": ["a", "b"],
      "as-user-extra": { "example.com/Scope": ["x"] },
    };
    await (await clientOf({ server: server.url }, user)).call(get);
    expect(server.seen[0]?.headers).toMatchObject({
      "impersonate-user": "jane",
      "impersonate-uid": "7",
      "impersonate-group": "a, b",
      "impersonate-extra-example.com%2fscope": "x",
    });
  });

  test("that comes on a connection which the server has just closed is made again where that does no harm", async () => {
    const server = await startServer((request, response) => {
      // The second request on a connection finds it closed.
      if (request.headers["x-turn"] === undefined && server.seen.length === 2) response.socket?.destroy();
      else json(response, 200, { turn: server.seen.length });
    });
    const kubernetes = await clientOf({ server: server.url });
    await kubernetes.call(get);
    expect(await kubernetes.call(get)).toEqual({ turn: 3 });
  });

  test("that creates something is never made twice", async () => {
    const server = await startServer((_, response) => {
      if (server.seen.length === 2) response.socket?.destroy();
      else json(response, 200, {});
    });
    const kubernetes = await clientOf({ server: server.url });
    await kubernetes.call(get);
    const error = await rejection<KubernetesError>(
      kubernetes.call({ method: "POST", path: "/api/v1/namespaces", body: {} }),
    );
    expect(error.status).toBe(0);
    expect(error.message).toContain("closed the connection before it answered POST /api/v1/namespaces");
    expect(server.seen).toHaveLength(2);
  });

  test("ends with the signal's own reason, before it begins and while it waits", async () => {
    const server = await startServer(() => undefined);
    const kubernetes = await clientOf({ server: server.url });
    const reason = new Error("enough");
    expect(await rejection(kubernetes.call({ ...get, signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.seen).toHaveLength(0);
    const controller = new AbortController();
    const waiting = rejection(kubernetes.call({ ...get, signal: controller.signal }));
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(reason);
    expect(await waiting).toBe(reason);
  });

  test("ends with the signal's reason in the middle of the answer", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const server = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"a":');
      setImmediate(() => controller.abort(reason));
    });
    const kubernetes = await clientOf({ server: server.url });
    expect(await rejection(kubernetes.call({ ...get, signal: controller.signal }))).toBe(reason);
  });
});

describe("an answer that is no success", () => {
  const failing = async (status: number, body: unknown, headers = {}): Promise<KubernetesError> => {
    const server = await startServer((_, response) => json(response, status, body, headers));
    return rejection<KubernetesError>((await clientOf({ server: server.url }, { token: "s3cret" })).call(get));
  };

  test("is an error in Kubernetes' own words", async () => {
    const error = await failing(404, statusBody(404, "NotFound", 'namespaces "team-a" not found'));
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({ status: 404, reason: "NotFound", message: 'namespaces "team-a" not found' });
  });

  test("says when to come back, from the header or else from the body", async () => {
    const busy = statusBody(429, "TooManyRequests", "too many requests", { retryAfterSeconds: 3 });
    expect((await failing(429, busy)).retryAfterSeconds).toBe(3);
    expect((await failing(429, busy, { "retry-after": "7" })).retryAfterSeconds).toBe(7);
  });

  test("of something that is no Kubernetes names the request and the kind of answer", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(502, { "content-type": "text/html; charset=utf-8" });
      response.end("<html>secret page</html>");
    });
    const error = await rejection<KubernetesError>((await clientOf({ server: server.url })).call(get));
    expect(error.message).toBe(
      `GET /api/v1/namespaces/team-a at ${server.url} was answered with HTTP 502 (text/html).`,
    );
    expect(error.status).toBe(502);
  });

  test("in plain text is quoted, not without end", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end(`404 page not found\n${"x".repeat(1_000)}`);
    });
    const error = await rejection<KubernetesError>((await clientOf({ server: server.url })).call(get));
    expect(error.message).toMatch(/was answered with HTTP 404: 404 page not found x+…$/);
    expect(error.message.length).toBeLessThan(350);
  });

  test("that redirects is an error, and the token stays here", async () => {
    const elsewhere = await startServer((_, response) => json(response, 200, {}));
    const server = await startServer((_, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/login?token=leak` });
      response.end();
    });
    const kubernetes = await clientOf({ server: server.url }, { token: "s3cret" });
    const error = await rejection<KubernetesError>(kubernetes.call(get));
    expect(error.status).toBe(302);
    expect(error.message).toContain(`was answered with a redirect (HTTP 302) to ${elsewhere.url}.`);
    expect(error.message).not.toContain("leak");
    expect(elsewhere.seen).toHaveLength(0);
  });

  test("never quotes the token", async () => {
    const error = await failing(401, statusBody(401, "Unauthorized", "Unauthorized"));
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain("s3cret");
    expect(error.message).toBe("Unauthorized");
  });

  test("with a success that is no JSON says so", async () => {
    const server = await startServer((_, response) => response.end("ok"));
    const error = await rejection<KubernetesError>((await clientOf({ server: server.url })).call(get));
    expect(error.message).toContain("was answered with HTTP 200, but not with JSON. Is this a Kubernetes API?");
    expect(error.cause).toBeUndefined();
  });
});

describe("where there is no answer, the error has status 0 and says what to do", () => {
  test("refused", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await rejection<KubernetesError>((await clientOf({ server: `http://127.0.0.1:${port}` })).call(get));
    expect(error).toMatchObject({ status: 0, reason: "" });
    expect(error.message).toBe(
      `The Kubernetes API at http://127.0.0.1:${port} refuses connections. Is the cluster running, and is "server" in the kubeconfig right?`,
    );
    expect(error.cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("too late", async () => {
    const server = await startServer(() => undefined);
    const error = await rejection<KubernetesError>(
      (await clientOf({ server: server.url })).call({ ...get, timeoutMs: 30 }),
    );
    expect(error.status).toBe(0);
    expect(error.message).toBe(
      `The Kubernetes API at ${server.url} did not answer GET /api/v1/namespaces/team-a within 30 ms. Is it overloaded, or does a firewall stand before it?`,
    );
  });

  test("begun and not ended in time", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{");
    });
    const error = await rejection<KubernetesError>(
      (await clientOf({ server: server.url })).call({ ...get, timeoutMs: 50 }),
    );
    expect(error.message).toContain("did not answer GET /api/v1/namespaces/team-a within 50 ms");
  });

  test("a host name that nobody knows", async () => {
    const kubernetes = await clientOf({ server: "https://cluster.invalid:6443" });
    const error = await rejection<KubernetesError>(kubernetes.call(get));
    expect(error.status).toBe(0);
    expect(error.message).toMatch(/cannot be found: its host name is not known to the DNS \((ENOTFOUND|EAI_AGAIN)\)/);
  });

  test("cut in the middle", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write("{");
      setImmediate(() => response.socket?.destroy());
    });
    const error = await rejection<KubernetesError>((await clientOf({ server: server.url })).call(get));
    expect(error.status).toBe(0);
    expect(error.message).toContain("closed the connection before it answered GET /api/v1/namespaces/team-a");
  });

  test("TLS asked of a server without", async () => {
    const server = await startServer((_, response) => response.end());
    const kubernetes = await clientOf({ server: server.url.replace("http:", "https:") });
    const error = await rejection<KubernetesError>(kubernetes.call(get));
    expect(error.message).toContain("does not speak TLS");
    expect(error.message).toContain('If it serves plain HTTP, "server" must begin with http://.');
  });
});
