import { describe, expect, test } from "vitest";
import { findConnection } from "../../src/connect/find-connection.ts";
import { bearerToken } from "../../src/credentials/bearer-token.ts";
import { Client, type Connection, type ConnectOptions, connect, KfpError } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { closedPort, json, localServer, page } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";
import {
  connectFailure,
  connectIn,
  denial,
  gateway,
  inPod,
  many,
  portsOf,
  refusedIn,
  session,
  single,
  user,
} from "./scene.ts";

const token = bearerToken(serviceAccountToken());
const account = "system:serviceaccount:team-a:default-editor";
const connectionTo = async (options: ConnectOptions): Promise<Connection> =>
  (await connectIn({}, options)).connected.connection;

describe("connect to a host", () => {
  test("costs one request where it is for a single user, and says what it is", async () => {
    const server = await localServer(single);
    const kfp = await connect({ host: `${server.origin}/` });
    expect(server.received).toHaveLength(1);
    expect(kfp.connection).toMatchObject({
      how: "passed",
      host: server.origin,
      identity: undefined,
      namespace: undefined,
      why: "The endpoint that was passed.",
      serverVersion: "2.5.0",
      multiUser: false,
      tunnel: undefined,
    });
    expect((await kfp.experiments.list()).items).toEqual([]);
    await kfp.close();
  });

  test("is a Client, and so is what withOptions makes of it, with the same connection", async () => {
    const server = await localServer(single);
    await using kfp = await connect({ host: server.origin });
    expect(kfp).toBeInstanceOf(Client);
    const patient = kfp.withOptions({ timeoutMs: 60_000 });
    expect(patient.connection).toBe(kfp.connection);
    expect(patient.host).toBe(server.origin);
  });

  test("costs one request more for many users, proves the namespace, and takes the name of the token", async () => {
    const server = await localServer(many);
    const connection = await connectionTo({ host: server.origin, credentials: token, namespace: "team-a" });
    expect(server.received.map(({ url }) => url)).toEqual([
      "/apis/v2beta1/healthz",
      "/apis/v2beta1/experiments?page_size=1&namespace=team-a",
    ]);
    expect(connection).toMatchObject({
      multiUser: true,
      identity: account,
      namespace: "team-a",
      namespaceFrom: "the option namespace",
      credentialsEnd: expect.any(Date),
    });
    expect(connection.steps[0]?.asked).toHaveLength(2);
  });

  test("a session says nothing to its client: what nobody may do names whom the server takes it for", async () => {
    const server = await localServer(gateway);
    const host = `${server.origin}/pipeline`;
    const connection = await connectionTo({ host, credentials: session, namespace: "team-a" });
    expect(connection).toMatchObject({ identity: user, namespace: "team-a", multiUser: true });
    expect(server.received).toHaveLength(3);
  });

  test("the gateway is known by whose session was sent, and when that ends by the session", async () => {
    const end = new Date("2026-01-31T12:00:00Z");
    const server = await localServer((request, response, count) =>
      request.headers.cookie === "oauth2_proxy_kubeflow=good"
        ? gateway({ ...request, headers: { ...request.headers, cookie: "session=good" } }, response, count)
        : gateway(request, response, count),
    );
    const credentials = { headers: () => ({ cookie: "oauth2_proxy_kubeflow=good" }), endsAt: () => end };
    const connection = await connectionTo({ host: `${server.origin}/pipeline`, credentials });
    expect(connection).toMatchObject({ gateway: "oauth2-proxy", credentialsEnd: end });
    expect(connection.steps[0]?.fact).toContain("for many users, behind oauth2-proxy, at ");
  });

  test("without a namespace it connects, with none, and says why", async () => {
    const server = await localServer(gateway);
    const connection = await connectionTo({ host: `${server.origin}/pipeline`, credentials: session });
    expect(connection).toMatchObject({ identity: user, namespace: undefined });
    expect(connection.namespaceFrom).toMatch(/^none: nothing says which one.*connect\(\{ namespace \}\)/);
    expect(server.received).toHaveLength(2);
  });

  test("without a namespace, that of the service account is taken where something is allowed there", async () => {
    const server = await localServer(many);
    expect(await connectionTo({ host: server.origin, credentials: token })).toMatchObject({
      namespace: "team-a",
      namespaceFrom: "the namespace of the service account",
      identity: account,
    });
    const elsewhere = bearerToken(serviceAccountToken({ sub: "system:serviceaccount:team-b:default" }));
    const connection = await connectionTo({ host: server.origin, credentials: elsewhere });
    expect(connection.namespace).toBeUndefined();
    expect(connection.namespaceFrom).toContain("in team-b, the namespace of the service account, nothing is allowed");
  });

  test("a refusal in a namespace that was passed is an error, and its fix is the RoleBinding", async () => {
    const server = await localServer(many);
    const error = await refusedIn({}, { host: server.origin, credentials: token, namespace: "team-b" });
    expect(error.code).toBe("PERMISSION_DENIED");
    expect(error.fix).toContain("kind: RoleBinding");
    expect(error.steps.at(-1)).toMatchObject({ source: "passed", outcome: "failed", asked: [{}, { status: 403 }] });
  });

  test("a refusal in a namespace that was only assumed is told, and the connection stands", async () => {
    const server = await localServer((request, response, count) =>
      request.url.includes("/healthz") ? many(request, response, count) : json(response, 403, denial("team-a")),
    );
    const host = "http://ml-pipeline-ui.kubeflow";
    const lookup = async () => [{ address: "127.0.0.1", family: 4 as const }];
    const { connection } = (await connectIn(inPod, { host: `${host}:${server.port}`, lookup })).connected;
    expect(connection).toMatchObject({ identity: user, namespace: "team-a" });
    expect(connection.namespaceFrom).toMatch(
      /^the pod's own namespace; user@example.com may not list experiments there.*RoleBinding/s,
    );
  });

  test.each([
    ["the API itself", many, "", "NO_IDENTITY", /bearerToken\(token\).*--audience=pipelines\.kubeflow\.org/],
    ["its gateway", gateway, "/pipeline", "LOGIN_REQUIRED", /kfp-ts login http.*\/pipeline .*dexPassword/],
    ["its gateway at the root", gateway, "", "LOGIN_REQUIRED", /kfp-ts login http.*\/pipeline .*dexPassword/],
  ] as const)(
    "without credentials, %s says who may come, and the error what to type next",
    async (_who, answer, path, code, fix) => {
      const server = await localServer(answer);
      const error = await refusedIn({}, { host: server.origin + path });
      expect(error.code).toBe(code);
      expect(error.fix).toMatch(fix);
    },
  );

  test("without credentials, the session that is kept for the endpoint is taken, and for no other", async () => {
    const server = await localServer(gateway);
    const host = `${server.origin}/pipeline`;
    const kept = { sessions: { [host]: session } };
    const found = await connectIn(kept, { host, namespace: "team-a" });
    expect(found.connected.connection.identity).toBe(user);
    expect(found.options.credentials).toBe(session);
    expect((await refusedIn({ sessions: { [`${host}2`]: session } }, { host })).code).toBe("LOGIN_REQUIRED");
    const ended = { sessions: { [host]: { headers: () => ({ cookie: "session=old" }) } } };
    expect((await refusedIn(ended, { host })).fix).toBe(
      `The session that is kept for ${host} has ended. Log in again: kfp-ts login ${host}`,
    );
  });

  test("sessions that cannot be read matter only where one is needed", async () => {
    const problem = new KfpError("FILE_UNREADABLE", { message: "The file of sessions is open to others." });
    const broken = portsOf({}).ports;
    const ports = { ...broken, contexts: { chosen: async () => undefined, session: () => Promise.reject(problem) } };
    const [open, guarded] = [await localServer(single), await localServer(gateway)];
    expect((await findConnection({ host: open.origin }, ports)).connected.connection.multiUser).toBe(false);
    const error = await connectFailure(findConnection({ host: `${guarded.origin}/pipeline` }, ports));
    expect(error).toMatchObject({ code: "FILE_UNREADABLE", cause: problem });
  });

  test("a path that is wrong is corrected, and said so", async () => {
    const server = await localServer((request, response, count) =>
      request.url.startsWith("/pipeline/")
        ? single(request, response, count)
        : page(response, 200, "text/html", "<title>Kubeflow Central Dashboard</title>"),
    );
    const connection = await connectionTo({ host: server.origin });
    expect(connection.host).toBe(`${server.origin}/pipeline`);
    expect(connection.why).toContain(`${server.origin} was given; the API is at ${server.origin}/pipeline.`);
  });

  test("an error keeps the code of its reason and carries the trail", async () => {
    const error = await connectFailure(connect({ host: `http://127.0.0.1:${await closedPort()}` }));
    expect(error).toMatchObject({
      name: "ConnectError",
      code: "CONNECTION_REFUSED",
      cause: { name: "ConnectionError" },
    });
    expect(error.steps).toMatchObject([
      {
        source: "passed",
        outcome: "failed",
        asked: [{ method: "GET", status: undefined, saw: "nothing listens there" }],
      },
    ]);
  });
});

describe("bad input", () => {
  test.each([
    [{ host: "http://localhost:3000", context: "work" }, /host, context exclude each other/],
    [{ host: "http://localhost:3000", service: "ml-pipeline" }, /host, service exclude each other/],
    [{ context: "work", kubeContext: "kind" }, /context, kubeContext exclude each other/],
    [{ context: "" }, /context is an empty text/],
    [{ service: "a/b/c" }, /service is "a\/b\/c", which names no service/],
    [{ localPort: 70_000 }, /localPort is 70000/],
    [{ withinMs: 0 }, /withinMs is 0/],
    [{ kubeconfig: 7 }, /kubeconfig is no text/],
  ])("%j is told, and nothing is sent", async (options, message) => {
    const error = await failureOf(connectIn({ cluster: [] }, options as ConnectOptions));
    expect(error.code).toBe("BAD_OPTION");
    expect(error.message).toMatch(message);
  });

  test.each(["", "ftp://example.com", "http://user:secret@example.com"])("the host %j is no endpoint", async (host) => {
    const error = await refusedIn({}, { host });
    expect(["BAD_ENDPOINT", "SECRET_IN_URL"]).toContain(error.code);
    expect(JSON.stringify([error.message, error.fix, error.steps])).not.toContain("secret");
  });
});

describe("the time of connecting", () => {
  test("ends at a server that says nothing, with the code of that", async () => {
    const server = await localServer(() => undefined);
    const error = await refusedIn({}, { host: server.origin, withinMs: 200 });
    expect(["TIMEOUT", "TOTAL_TIMEOUT"]).toContain(error.code);
    expect(error.steps).toMatchObject([{ source: "passed", outcome: "failed" }]);
  });

  test("ends, too, where what is under way heeds nothing", async () => {
    const deaf = { send: () => new Promise<never>(() => undefined) };
    const error = await refusedIn({}, { host: "http://localhost:1", transport: deaf, withinMs: 100 });
    expect(error.code).toBe("TOTAL_TIMEOUT");
    expect(error.message).toBe("No connection came about within 100 ms; this was looked at last: passed.");
  });

  test("a signal is answered at once, with its own reason", async () => {
    const deaf = { send: () => new Promise<never>(() => undefined) };
    const caller = new AbortController();
    const reason = new Error("enough");
    const connecting = connectIn({}, { host: "http://localhost:1", transport: deaf, signal: caller.signal });
    caller.abort(reason);
    await expect(connecting).rejects.toBe(reason);
    await expect(connectIn({}, { host: "http://localhost:1", signal: caller.signal })).rejects.toBe(reason);
  });

  test("stands still while a person is waited for", async () => {
    const server = await localServer(gateway);
    const slow = {
      patienceMs: 60_000,
      headers: () =>
        new Promise<{ cookie: string }>((resolve) => setTimeout(() => resolve({ cookie: "session=good" }), 150)),
    };
    const found = await connectIn(
      {},
      { host: `${server.origin}/pipeline`, credentials: slow, withinMs: 1_000, namespace: "team-a" },
    );
    expect(found.connected.connection.identity).toBe(user);
    expect(found.options.credentials).toBe(slow);
  });
});
