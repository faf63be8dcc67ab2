import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Credentials } from "../../src/credentials/credentials.ts";
import {
  bearerToken,
  connect,
  type DiagnoseOptions,
  diagnose,
  type ErrorCode,
  ServiceAccountTokenVolumeCredentials,
} from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, closedPort, json, localServer, page, refusal } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

const html = "text/html; charset=utf-8";
const plain = "text/plain";
const signIn =
  '<!DOCTYPE html><html><head><title>Sign In</title></head><body><form method="GET" action="/oauth2/start"></form></body></html>';
const token = (claims: Readonly<Record<string, unknown>> = {}) => bearerToken(serviceAccountToken(claims));
const says =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    page(response, status, type, body, headers);
const refuses =
  (status: number, code: number, text: string): Answer =>
  (_request, response) =>
    json(response, status, refusal(code, text));

/** A way to fail, as somebody finds it. */
interface FailureScene {
  readonly what: string;
  readonly answer: Answer;
  readonly code: ErrorCode;
  readonly certificate?: "good" | "elsewhere" | "expired";
  readonly credentials?: () => Credentials;
  readonly options?: Partial<DiagnoseOptions>;
  /** What the cause, and what the fix has to say. */
  readonly cause?: RegExp;
  readonly fix?: RegExp;
}

const audience = "Failed to find all of '[pipelines.kubeflow.org]' in audience";
const healthy: Answer = (_request, response) => json(response, 200, { multi_user: false, tag_name: "2.5.0" });
const denied: Answer = ({ url }, response) =>
  url.includes("healthz")
    ? json(response, 200, { multi_user: true })
    : json(
        response,
        403,
        refusal(
          7,
          "PermissionDenied: User 'ada@example.com' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:,})",
        ),
      );

const scenes: readonly FailureScene[] = [
  {
    what: "B1: the mesh denies a request without a token",
    answer: says(403, plain, "RBAC: access denied", { server: "istio-envoy" }),
    code: "MESH_DENIED",
  },
  {
    what: "B2: no token is mounted",
    answer: refuses(401, 16, "there is no user identity header"),
    credentials: () => new ServiceAccountTokenVolumeCredentials({ path: "/nonexistent/kfp-ts/token" }),
    code: "TOKEN_FILE_MISSING",
    fix: /PodDefault[\s\S]*serviceAccountToken:/,
  },
  {
    what: "B3: a token for another audience",
    answer: refuses(401, 16, `Review.Status.Authenticated is false: ${audience}`),
    credentials: () => token({ aud: ["https://kubernetes.default.svc"] }),
    code: "TOKEN_WRONG_AUDIENCE",
    cause: /https:\/\/kubernetes\.default\.svc[\s\S]*pipelines\.kubeflow\.org/,
    fix: /--audience=pipelines\.kubeflow\.org/,
  },
  {
    what: "B3: a token that has ended",
    answer: refuses(401, 16, "Review.Status.Authenticated is false"),
    credentials: () => token({ exp: 1_700_000_000 }),
    code: "TOKEN_EXPIRED",
  },
  {
    what: "B4: a gateway that does not know the issuer",
    answer: says(401, plain, "Jwt issuer is not configured"),
    credentials: token,
    code: "TOKEN_ISSUER_UNKNOWN",
    cause: /kubernetes\.default\.svc\.cluster\.local/,
  },
  {
    what: "B5: a gateway without the keys of the issuer",
    answer: says(401, plain, "Jwks doesn't have key to match kid or alg from Jwt"),
    credentials: token,
    code: "TOKEN_KEYS_UNKNOWN",
  },
  {
    what: "B6: neither a gateway nor a token says who is asking",
    answer: refuses(401, 16, "there is no user identity header"),
    code: "NO_IDENTITY",
  },
  {
    what: "B7: the namespace is of somebody else",
    answer: denied,
    options: { namespace: "team-a" },
    credentials: token,
    code: "PERMISSION_DENIED",
    cause: /team-a/,
    fix: /kind: RoleBinding[\s\S]*namespace: team-a/,
  },
  {
    what: "B9: a sidecar is missing on one side",
    answer: says(
      503,
      plain,
      "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    ),
    code: "UPSTREAM_FAILED",
  },
  { what: "B10: a page to log in, with 200", answer: says(200, html, signIn), code: "LOGIN_REQUIRED" },
  {
    what: "B10: a way to the login of oidc-authservice",
    answer: says(302, html, "", { location: "/dex/auth?client_id=kubeflow-oidc-authservice&state=x" }),
    code: "LOGIN_REQUIRED",
  },
  { what: "B13: a page to log in, with 403", answer: says(403, html, signIn), code: "LOGIN_REQUIRED" },
  { what: "B16: cookies that are too many", answer: says(431, plain, ""), code: "HEADERS_TOO_LARGE" },
  { what: "B18: a certificate of nobody known", answer: healthy, certificate: "good", code: "TLS_UNTRUSTED" },
  {
    what: "B21: the path of the user interface is missing",
    answer: (request, response, count) =>
      request.url.startsWith("/pipeline/") ? healthy(request, response, count) : page(response, 404, plain, "no"),
    code: "WRONG_PATH",
    fix: /\/pipeline/,
  },
  {
    what: "B22: a server from before 2.0",
    answer: ({ url }, response) =>
      url.startsWith("/apis/v1beta1/healthz")
        ? json(response, 200, { tag_name: "1.8.5", multi_user: false })
        : page(response, 404, html, `<pre>Cannot GET ${url}</pre>`),
    code: "UNSUPPORTED_BY_SERVER",
    cause: /1\.8\.5/,
  },
  {
    what: "B24: a gateway that waited for too long",
    answer: says(504, plain, "upstream request timeout"),
    code: "GATEWAY_TIMEOUT",
  },
  {
    what: "something that is no Kubeflow Pipelines",
    answer: says(200, html, "<title>Welcome to nginx!</title>"),
    code: "NOT_THE_API",
  },
];

/** What the caller passes at a scene. */
async function at({ answer, certificate, credentials, options }: FailureScene): Promise<DiagnoseOptions> {
  const { origin } = await localServer(answer, certificate);
  return {
    host: origin,
    ...options,
    ...(credentials !== undefined && { credentials: credentials() }),
  } as DiagnoseOptions;
}

describe("the doctor names what is wrong, and how to mend it", () => {
  test.each(scenes)("$what", async (scene) => {
    const { verdict } = await diagnose(await at(scene));
    expect(verdict, verdict.cause).toMatchObject({ ok: false, code: scene.code, docs: `docs/errors/${scene.code}.md` });
    expect(verdict.fix).not.toBe("");
    if (scene.cause !== undefined) expect(verdict.cause).toMatch(scene.cause);
    if (scene.fix !== undefined) expect(verdict.fix).toMatch(scene.fix);
  });
});

// A path that can be corrected is no failure for connect(): it says so, and goes on.
describe("connect() names the same", () => {
  test.each(scenes.filter(({ code }) => code !== "WRONG_PATH"))("$what", async (scene) => {
    const { code } = await failureOf(connect(await at(scene)));
    expect(code).toBe(scene.code);
  });
});

test("the doctor names a port on which nothing listens", async () => {
  const { verdict } = await diagnose({ host: `http://127.0.0.1:${await closedPort()}` });
  expect(verdict).toMatchObject({ ok: false, code: "CONNECTION_REFUSED" });
});

test("B25: the doctor names a host that there is not", async () => {
  const lookup = () => Promise.reject(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }));
  const { verdict, probes } = await diagnose({ host: "http://ml-pipeline.kubeflow:8888", lookup });
  expect(verdict).toMatchObject({ ok: false, code: "HOST_NOT_FOUND" });
  expect(probes).toContainEqual(expect.objectContaining({ name: "dns", outcome: "failed", code: "HOST_NOT_FOUND" }));
});

test("B26: the doctor names a proxy that was passed and does not answer", async () => {
  const { origin } = await localServer(healthy);
  const { verdict } = await diagnose({ host: origin, proxy: `http://127.0.0.1:${await closedPort()}` });
  expect(verdict).toMatchObject({ ok: false, code: "PROXY_FAILED" });
});

test("the doctor names a cluster that cannot be reached, and shows that it looked for a way through it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "kfp-ts-doctor-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const kubeconfig = join(directory, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "far",
    contexts: [{ name: "far", context: { cluster: "far", user: "ada" } }],
    clusters: [{ name: "far", cluster: { server: `http://127.0.0.1:${await closedPort()}` } }],
    users: [{ name: "ada", user: { token: "s3cr3t" } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const diagnosis = await diagnose({ kubeconfig, kubeContext: "far", service: "kubeflow/ml-pipeline-ui" });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "CLUSTER_UNREACHABLE" });
  expect(diagnosis.probes).toContainEqual(expect.objectContaining({ name: "way", outcome: "failed" }));
  expect(JSON.stringify(diagnosis)).not.toContain("s3cr3t");
});
