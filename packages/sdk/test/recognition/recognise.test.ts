import { describe, expect, test } from "vitest";
import { bearerToken } from "../../src/credentials/bearer-token.ts";
import type { Credentials } from "../../src/credentials/credentials.ts";
import { recognise } from "../../src/recognition/recognise.ts";
import type { Recognised } from "../../src/recognition/recognised.ts";
import { nodeHttpTransport } from "../../src/transport/node-http.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, closedPort, json, localServer, page, refusal } from "../helpers/local-server.ts";

const transport = nodeHttpTransport({ connectTimeoutMs: 3_000 });
const html = "text/html; charset=utf-8";
const health = { commit_sha: "abc", tag_name: "2.5.0", multi_user: false, pipeline_store: "database" };
const many = { ...health, multi_user: true };

/** The sign-in page of oauth2-proxy as it was recorded, without its styles. */
const signIn =
  '<!DOCTYPE html><html><head><title>Sign In</title></head><body><form method="GET" action="/oauth2/start">' +
  '<input type="hidden" name="rd" value="/pipeline"></form></body></html>';
const dashboard = "<!doctype html><html><head><title>Kubeflow Central Dashboard</title></head><body></body></html>";

/** What a server answers by path; `*` is every other. */
const at =
  (paths: Readonly<Record<string, Answer>>): Answer =>
  (request, response, count) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const answer = paths[path] ?? paths["*"];
    if (answer === undefined) return page(response, 404, "text/plain; charset=utf-8", "404 page not found\n");
    return answer(request, response, count);
  };
const good =
  (body: unknown): Answer =>
  (_request, response) =>
    json(response, 200, body);
const says =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    page(response, status, type, body, headers);

/** oauth2-proxy as Kubeflow 1.9 has it: 401 for the API, its page for people. */
const oauth2Proxy: Answer = (request, response) =>
  /\/apis?\//.test(request.url) ? json(response, 401, {}) : page(response, 403, html, signIn);
/** oidc-authservice as Kubeflow 1.8 has it: everything leads to Dex. */
const authservice: Answer = says(302, html, '<a href="/dex/auth">Found</a>', {
  location:
    "/dex/auth?client_id=kubeflow-oidc-authservice&redirect_uri=%2Fauthservice%2Foidc%2Fcallback&response_type=code&scope=openid&state=x",
  "set-cookie": "oidc_state_csrf=x; Path=/",
});
const v2 = "/apis/v2beta1/healthz";
const v1 = "/apis/v1beta1/healthz";

interface Scene {
  readonly what: string;
  readonly answer: Answer;
  readonly path?: string;
  readonly credentials?: Credentials;
  readonly expected: Partial<Record<string, unknown>> & { readonly kind: Recognised["kind"]; readonly code?: string };
  /** The path at which it is found; the given one where it is left out. */
  readonly foundAt?: string;
  readonly requests: number;
  /** What the last request saw. */
  readonly saw?: string;
}

const scenes: readonly Scene[] = [
  {
    what: "a server for a single user",
    answer: at({ [v2]: good(health) }),
    expected: { kind: "pipelines", multiUser: false, serverVersion: "2.5.0", gateway: undefined },
    requests: 1,
    saw: "the API, version 2.5.0, for a single user",
  },
  {
    what: "a server for many users",
    answer: at({ [v2]: good(many) }),
    expected: { kind: "pipelines", multiUser: true, serverVersion: "2.5.0" },
    requests: 1,
  },
  {
    what: "the user interface, which answers by itself in its own words",
    answer: at({
      [v2]: good({
        apiServerReady: true,
        apiServerTagName: "2.4.0",
        apiServerMultiUser: true,
        frontendTagName: "2.4.0",
      }),
    }),
    expected: { kind: "pipelines", multiUser: true, serverVersion: "2.4.0" },
    requests: 1,
  },
  {
    what: "a server that does not know its version",
    answer: at({ [v2]: good({ ...health, tag_name: "unknown" }) }),
    expected: { kind: "pipelines", serverVersion: undefined },
    requests: 1,
  },
  {
    what: "oauth2-proxy",
    path: "/pipeline",
    answer: oauth2Proxy,
    expected: { kind: "guarded", gateway: "oauth2-proxy", code: "LOGIN_REQUIRED" },
    requests: 2,
    saw: "the sign-in page of oauth2-proxy",
  },
  {
    what: "oauth2-proxy that shows its page for the API, too",
    path: "/pipeline",
    answer: says(403, html, signIn),
    expected: { kind: "guarded", gateway: "oauth2-proxy", code: "LOGIN_REQUIRED" },
    requests: 1,
    saw: "the sign-in page of oauth2-proxy",
  },
  {
    what: "oidc-authservice",
    path: "/pipeline",
    answer: authservice,
    expected: { kind: "guarded", gateway: "oidc-authservice", code: "LOGIN_REQUIRED" },
    requests: 1,
    saw: "the way to the login of oidc-authservice",
  },
  {
    what: "another login",
    answer: says(302, html, "", { location: "https://login.example.com/realms/acme/protocol/openid-connect/auth" }),
    expected: { kind: "guarded", gateway: "other", code: "LOGIN_REQUIRED" },
    requests: 1,
  },
  {
    what: "a page with a password of something unknown",
    answer: says(200, html, "<html><title>Log in to ACME</title><input type=password></html>"),
    expected: { kind: "guarded", gateway: "other", code: "LOGIN_REQUIRED" },
    requests: 1,
  },
  {
    what: "a token that the gateway does not accept",
    path: "/pipeline",
    credentials: bearerToken("garbage"),
    answer: (request, response) =>
      request.headers.authorization === undefined
        ? oauth2Proxy(request, response, 0)
        : page(
            response,
            401,
            "text/plain",
            "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
          ),
    expected: { kind: "guarded", gateway: "oauth2-proxy", code: "TOKEN_REFUSED" },
    requests: 2,
  },
  {
    what: "the API itself, which knows no identity",
    answer: at({ [v2]: (_request, response) => json(response, 401, refusal(16, "there is no user identity header")) }),
    expected: { kind: "guarded", gateway: undefined, code: "NO_IDENTITY" },
    requests: 1,
  },
  {
    what: "the mesh that refuses",
    answer: says(403, "text/plain", "RBAC: access denied", { server: "istio-envoy" }),
    expected: { kind: "mesh-denied", code: "MESH_DENIED" },
    requests: 1,
  },
  {
    what: "full Kubeflow without /pipeline, where the dashboard answers",
    answer: at({ "/pipeline/apis/v2beta1/healthz": good(many), "*": says(200, html, dashboard) }),
    expected: { kind: "pipelines", multiUser: true },
    foundAt: "/pipeline",
    requests: 2,
  },
  {
    what: "a path that people copy from the dashboard",
    path: "/_/pipeline",
    answer: at({ "/pipeline/apis/v2beta1/healthz": good(many), "*": says(200, html, dashboard) }),
    expected: { kind: "pipelines" },
    foundAt: "/pipeline",
    requests: 2,
  },
  {
    what: "a path of the dashboard below which the API can be read, and not be changed",
    path: "/_/pipeline",
    answer: at({ "/_/pipeline/apis/v2beta1/healthz": good(many), "/pipeline/apis/v2beta1/healthz": good(many) }),
    expected: { kind: "pipelines" },
    foundAt: "/pipeline",
    requests: 2,
  },
  {
    what: "ml-pipeline itself with /pipeline before it",
    path: "/pipeline",
    answer: at({ [v2]: good(health) }),
    expected: { kind: "pipelines" },
    foundAt: "",
    requests: 2,
  },
  {
    what: "the dashboard without Pipelines",
    answer: says(200, html, dashboard),
    expected: { kind: "other", code: "NOT_THE_API" },
    requests: 2,
    saw: "the dashboard of Kubeflow",
  },
  {
    what: "an old server",
    answer: at({
      [v1]: good({ commit_sha: "abc", tag_name: "1.8.5" }),
      "*": (_request, response) => json(response, 404, { code: 5, message: "Not Found" }),
    }),
    expected: { kind: "old", serverVersion: "1.8.5", code: "UNSUPPORTED_BY_SERVER" },
    requests: 2,
    saw: "the API v1beta1, version 1.8.5, for a single user",
  },
  {
    what: "the old user interface",
    path: "/pipeline",
    answer: at({
      "/pipeline/apis/v1beta1/healthz": good({ apiServerReady: true, apiServerTagName: "1.7.0" }),
      "*": (request, response) =>
        page(response, 404, html, `<html><body><pre>Cannot GET ${request.url}</pre></body></html>`),
    }),
    expected: { kind: "old", serverVersion: "1.7.0", code: "UNSUPPORTED_BY_SERVER" },
    requests: 2,
  },
  {
    what: "an old server at another path",
    path: "/pipeline",
    answer: at({
      [v1]: good({ tag_name: "1.8.5" }),
      [v2]: (_request, response) => json(response, 404, { code: 5, message: "Not Found" }),
    }),
    expected: { kind: "old", serverVersion: "1.8.5", code: "UNSUPPORTED_BY_SERVER" },
    foundAt: "",
    requests: 3,
  },
  {
    what: "another product with a page",
    answer: says(200, html, "<html><head><title>Grafana</title></head></html>"),
    expected: { kind: "other", code: "NOT_THE_API" },
    requests: 2,
    saw: 'a web page ("Grafana")',
  },
  {
    what: "another product with an API of its own",
    path: "/v1",
    answer: good({ status: "ok" }),
    expected: { kind: "other", code: "NOT_THE_API" },
    requests: 4,
  },
  {
    what: "a server that answers everything with an empty object",
    answer: good({}),
    expected: { kind: "other", code: "NOT_THE_API" },
    requests: 3,
  },
  {
    what: "a server that leads to https",
    answer: says(301, html, "", { location: "https://kubeflow.example.com/apis/v2beta1/healthz" }),
    expected: { kind: "other", code: "REDIRECTED" },
    requests: 1,
  },
  {
    what: "a server whose API is down",
    answer: at({ [v2]: good({ apiServerReady: false, frontendTagName: "2.4.0" }) }),
    expected: { kind: "unreachable", code: "SERVER_UNAVAILABLE" },
    requests: 1,
  },
  {
    what: "an auth service that does not answer its gateway",
    answer: (_request, response) => response.writeHead(403).end(),
    expected: { kind: "unreachable", code: "SERVER_UNAVAILABLE" },
    requests: 1,
  },
];

const ask = (host: string, credentials?: Credentials) => recognise({ host, transport, credentials, timeoutMs: 3_000 });

describe("recognise", () => {
  test.each(scenes)("tells $what, with $requests requests", async (scene) => {
    const server = await localServer(scene.answer);
    const { path = "", foundAt = path, credentials } = scene;
    const found = await ask(server.origin + path, credentials);
    const { code, ...expected } = scene.expected;
    expect(found).toMatchObject({ ...expected, host: server.origin + foundAt });
    expect("error" in found ? found.error.code : undefined).toBe(code);
    expect(found.corrected).toBe(
      foundAt === path ? undefined : `${server.origin}${path} was given; the API is at ${server.origin}${foundAt}.`,
    );
    expect(server.received).toHaveLength(scene.requests);
    expect(found.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(
      server.received.map(({ method, url }) => `${method} ${server.origin}${url}`),
    );
    if (scene.saw !== undefined) expect(found.asked.at(-1)?.saw).toBe(scene.saw);
  });

  test("whatever answers takes no more than six requests", async () => {
    const nonsense: readonly Answer[] = [
      (_request, response) => json(response, 404, { code: 5, message: "Not Found" }),
      says(200, "text/plain", "hello"),
      says(404, html, "<pre>Cannot GET /apis/v2beta1/healthz</pre>"),
      says(400, "application/json", "{"),
      says(200, "application/json", "null"),
    ];
    for (const answer of nonsense) {
      const server = await localServer(answer);
      const found = await ask(`${server.origin}/some/where`);
      expect(found.kind).toBe("other");
      expect(server.received.length).toBeLessThanOrEqual(6);
      expect(found.asked).toHaveLength(server.received.length);
    }
  });

  test("nothing there is told in the words that calls have, with the one request that was made", async () => {
    const host = `http://127.0.0.1:${await closedPort()}`;
    const found = await ask(host);
    expect(found).toMatchObject({ kind: "unreachable", error: { code: "CONNECTION_REFUSED" } });
    expect(found.asked).toMatchObject([{ url: `${host}${v2}`, status: undefined, saw: "nothing listens there" }]);
  });

  test("an old server is told with its version, and with the one that is needed", async () => {
    const server = await localServer(
      at({ [v1]: good({ tag_name: "1.8.5" }), "*": (_q, r) => json(r, 404, { code: 5, message: "Not Found" }) }),
    );
    const found = await ask(server.origin);
    expect(found.kind === "old" && found.error.message).toMatch(/Kubeflow Pipelines 1\.8\.5.*v1beta1 alone.*2\.0/);
  });

  test("credentials go to the API on the same server alone, and never to the page that people see", async () => {
    const server = await localServer(oauth2Proxy);
    await ask(`${server.origin}/pipeline`, bearerToken("secret"));
    expect(server.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/pipeline/apis/v2beta1/healthz", "Bearer secret"],
      ["/pipeline/", undefined],
    ]);
  });

  test("a gateway is known by what it answered before the credentials were renewed", async () => {
    let session = "old";
    const credentials: Credentials = {
      headers: () => ({ cookie: `session=${session}` }),
      refused: () => {
        session = "new";
        return true;
      },
    };
    const server = await localServer((request, response, count) =>
      request.headers.cookie === "session=new" ? json(response, 200, many) : authservice(request, response, count),
    );
    const found = await ask(`${server.origin}/pipeline`, credentials);
    expect(found).toMatchObject({ kind: "pipelines", gateway: "oidc-authservice" });
    expect(found.asked.map(({ status }) => status)).toEqual([302, 200]);
  });

  test("credentials that give nothing are an error of their own: nobody was asked", async () => {
    const server = await localServer(good(health));
    const broken = bearerToken(() => "");
    expect((await failureOf(ask(server.origin, broken))).code).toBe("CREDENTIALS_FAILED");
    expect(server.received).toHaveLength(0);
  });

  test("a signal ends it with its own reason", async () => {
    const server = await localServer(() => undefined);
    const caller = new AbortController();
    const reason = new Error("enough");
    const asking = recognise({ host: server.origin, transport, signal: caller.signal });
    setTimeout(() => caller.abort(reason), 20);
    await expect(asking).rejects.toBe(reason);
  });
});
