import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Client, type ClientOptions, ConnectionError, TimeoutError } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { certificate, closedPort, experimentOf, json, localServer } from "../helpers/local-server.ts";

const ways: ReadonlyArray<readonly [string, object]> = [
  ["node:http", {}],
  ["fetch", { fetch }],
];

function client(options: ClientOptions): Client {
  return new Client({ maxRetries: 0, ...options } as ClientOptions);
}

/** A server that speaks something else than HTTP. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createPlainServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe.each(ways)("failures of connections on %s", (_name, way) => {
  test("a port on which nothing listens is CONNECTION_REFUSED, with the command that starts something", async () => {
    const port = await closedPort();
    const error = await failureOf(client({ host: `http://127.0.0.1:${port}`, ...way }).experiments.get("1"));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: "CONNECTION_REFUSED", kind: "connection", host: `http://127.0.0.1:${port}` });
    expect(error.message).toContain("experiments.get");
    expect(error.fix).toContain("kfp-ts serve");
    expect(error.cause).toBeDefined();
  });

  test("localhost with nothing on it is refused on every address, and still one error", async () => {
    const error = await failureOf(client({ host: `localhost:${await closedPort()}`, ...way }).healthz.get());
    expect(error.code).toBe("CONNECTION_REFUSED");
  });

  test("a connection that breaks before the answer is CONNECTION_LOST", async () => {
    const server = await localServer((_request, response) => void response.destroy());
    expect((await failureOf(client({ host: server.origin, ...way }).runs.get("1"))).code).toBe("CONNECTION_LOST");
  });

  test("an answer that is cut off is CONNECTION_LOST", async () => {
    const server = await localServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    });
    expect((await failureOf(client({ host: server.origin, ...way }).runs.get("1"))).code).toBe("CONNECTION_LOST");
  });

  test("a port that speaks another protocol is NOT_HTTP", async () => {
    const port = await rawServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    expect((await failureOf(client({ host: `http://127.0.0.1:${port}`, ...way }).runs.get("1"))).code).toBe("NOT_HTTP");
  });

  test("https at a port that serves http is TLS_NOT_SPOKEN, and says which endpoint to use", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const host = server.origin.replace("http:", "https:");
    const error = await failureOf(client({ host, ...way }).runs.get("1"));
    expect(error.code).toBe("TLS_NOT_SPOKEN");
    expect(error.fix).toContain(server.origin);
  });

  test("http at a port that serves https is TLS_EXPECTED where the server says so with an alert", async () => {
    const port = await rawServer((socket) => {
      socket.once("data", () => socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])));
    });
    const error = await failureOf(client({ host: `http://127.0.0.1:${port}`, ...way }).runs.get("1"));
    // fetch keeps the bytes to itself.
    expect(error.code).toMatch("fetch" in way ? /NOT_HTTP|TLS_EXPECTED/ : /TLS_EXPECTED/);
  });

  test("http at Node's own https server says that https could be it", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}), "good");
    const error = await failureOf(client({ host: server.origin.replace("https:", "http:"), ...way }).runs.get("1"));
    expect(error.code).toMatch(/TLS_EXPECTED|CONNECTION_LOST/);
    expect(error.fix).toContain("https");
  });

  test("a certificate of an authority that nobody knows is TLS_UNTRUSTED", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}), "good");
    const error = await failureOf(client({ host: server.origin, ...way }).runs.get("1"));
    expect(error).toMatchObject({ code: "TLS_UNTRUSTED" });
    expect(error.fix).toContain("caFile");
  });

  test("a server that does not answer in time is TIMEOUT, with the time that there was", async () => {
    const server = await localServer(() => undefined);
    const error = await failureOf(client({ host: server.origin, ...way, timeoutMs: 60 }).runs.get("1"));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: "TIMEOUT", timeoutMs: 60, kind: "time" });
  });

  test("attempts that together take too long are TOTAL_TIMEOUT", async () => {
    const server = await localServer(() => undefined);
    const kfp = new Client({ host: server.origin, ...way, timeoutMs: 1_000, totalTimeoutMs: 80 } as ClientOptions);
    expect(await failureOf(kfp.runs.get("1"))).toMatchObject({ code: "TOTAL_TIMEOUT", timeoutMs: 80 });
  });

  test("an abort comes out as the caller's own reason, not as an error of this package", async () => {
    const controller = new AbortController();
    const reason = new Error("the user pressed Ctrl-C");
    const server = await localServer(() => controller.abort(reason));
    const call = client({ host: server.origin, ...way }).runs.get("1", { signal: controller.signal });
    await expect(call).rejects.toBe(reason);
  });

  test("the client's own signal aborts every call", async () => {
    const controller = new AbortController();
    const server = await localServer(() => controller.abort("over"));
    const kfp = client({ host: server.origin, ...way, signal: controller.signal });
    await expect(Promise.resolve(kfp.runs.get("1"))).rejects.toBe("over");
    await expect(Promise.resolve(kfp.runs.get("2", { signal: new AbortController().signal }))).rejects.toBe("over");
  });
});

describe("failures of names and certificates", () => {
  test("a name that does not exist is HOST_NOT_FOUND, with the port-forward that gives one that does", async () => {
    const kfp = client({ host: "http://ml-pipeline-ui.kubeflow", lookup: async () => [] });
    const error = await failureOf(kfp.runs.get("1"));
    expect(error.code).toBe("HOST_NOT_FOUND");
    expect(error.fix).toContain("kubectl port-forward");
  });

  test("a resolver that does not answer is NAME_LOOKUP_FAILED", async () => {
    const lookup = async () => {
      throw Object.assign(new Error("getaddrinfo EAI_AGAIN"), { code: "EAI_AGAIN" });
    };
    expect((await failureOf(client({ host: "http://somewhere.example", lookup }).runs.get("1"))).code).toBe(
      "NAME_LOOKUP_FAILED",
    );
  });

  test("with the authority given as text or as file, its certificates are good", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")), "good");
    const ca = certificate("ca");
    const caFile = new URL("../fixtures/tls/ca.pem", import.meta.url).pathname;
    expect((await client({ host: server.origin, tls: { ca } }).experiments.get("1")).experimentId).toBe("1");
    expect((await client({ host: server.origin, tls: { caFile } }).experiments.get("1")).experimentId).toBe("1");
  });

  test("a certificate that has expired is TLS_EXPIRED", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}), "expired");
    expect((await failureOf(client({ host: server.origin, tls: { ca: certificate("ca") } }).runs.get("1"))).code).toBe(
      "TLS_EXPIRED",
    );
  });

  test("a certificate for another host is TLS_WRONG_HOST, and says for which it is", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}), "elsewhere");
    const error = await failureOf(client({ host: server.origin, tls: { ca: certificate("ca") } }).runs.get("1"));
    expect(error.code).toBe("TLS_WRONG_HOST");
    // A tunnel begins at this machine: its port without TLS has no certificate to be wrong.
    expect(error.fix).toContain("istio-system/istio-ingressgateway:80");
    expect(error.fix).toContain("elsewhere.example");
  });

  test("insecureSkipVerify takes any certificate", async () => {
    const server = await localServer((_request, response) => json(response, 200, experimentOf("1")), "expired");
    const kfp = client({ host: server.origin, tls: { insecureSkipVerify: true } });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("a file of certificates that is missing is FILE_UNREADABLE and names the file; one that is none is BAD_OPTION", async () => {
    const missing = await failureOf(
      client({ host: "https://localhost:1", tls: { caFile: "/no/such/ca.pem" } }).runs.get("1"),
    );
    expect(missing.code).toBe("FILE_UNREADABLE");
    expect(missing.message).toContain("/no/such/ca.pem cannot be read: there is no such file");
    const readme = new URL("../fixtures/tls/README.md", import.meta.url).pathname;
    const none = await failureOf(client({ host: "https://localhost:1", tls: { caFile: readme } }).runs.get("1"));
    expect(none.code).toBe("BAD_OPTION");
  });
});
