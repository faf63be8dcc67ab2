import { describe, expect, test } from "vitest";
import { bearerToken, Client, type ErrorCode } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { localServer, page } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

/** The error for an answer to somebody who sends a token. */
async function errorOf(
  status: number,
  type: string,
  body: string,
  token: string | undefined = serviceAccountToken(),
  headers: Record<string, string> = {},
) {
  const server = await localServer((_request, response) => page(response, status, type, body));
  const credentials = token === "" ? undefined : bearerToken(token);
  const kfp = new Client({ host: server.origin, maxRetries: 0, credentials, headers });
  return failureOf(kfp.experiments.list({ namespace: "team-a" }));
}

/** As a real API words it: what is meant for callers says nothing; the reasons are in the chain of messages. */
function unknown(...reasons: readonly string[]): string {
  const header =
    "Unauthenticated: Request header error: there is no user identity header.: Request header error: there is no user identity header.";
  const all = reasons.length === 0 ? header : `[${[header, ...reasons].join(", ")}]`;
  const text = "Failed to check authorization. User identity is empty in the request header";
  const chain = `List experiments failed: Failed to authorize with API: Failed to authorize with API: Unauthenticated: ${text}: ${all}`;
  const detail = { "@type": "type.googleapis.com/google.rpc.Status", code: 16, message: text };
  return JSON.stringify({ code: 16, message: chain, details: [detail] });
}
const review = (reason: string) =>
  `Authentication failure: Unauthenticated: Review.Status.Authenticated is false. Error ${reason}: Failed to authenticate token review`;
const json = "application/json";
const past = Math.floor(Date.parse("2026-01-02T03:04:05Z") / 1000);

describe("a 401 of the API says what is wrong with the token, by what it says of itself", () => {
  test("the audience: which it has, which the server asks for, and the command for another", async () => {
    const reason =
      '[invalid bearer token, token audiences ["https://kubernetes.default.svc"] is invalid for the target audiences ["pipelines.kubeflow.org"]]';
    const token = serviceAccountToken({ aud: ["https://kubernetes.default.svc"] });
    const error = await errorOf(401, json, unknown(review(reason)), token);
    expect(error.code).toBe("TOKEN_WRONG_AUDIENCE");
    expect(error.message).toContain(
      "the token is for https://kubernetes.default.svc; the server asks for pipelines.kubeflow.org",
    );
    expect(error.message).toContain("system:serviceaccount:team-a:default-editor");
    expect(error.fix).toContain(
      "kubectl create token default-editor --namespace team-a --audience=pipelines.kubeflow.org",
    );
    expect(error.message + error.fix).not.toContain(token.split(".")[2]);
  });

  test("an audience of the server's own is the one to ask for", async () => {
    const reason = '[invalid bearer token, token audiences ["a"] is invalid for the target audiences ["mine.example"]]';
    const error = await errorOf(401, json, unknown(review(reason)), serviceAccountToken({ aud: "a" }));
    expect(error).toMatchObject({
      code: "TOKEN_WRONG_AUDIENCE",
      fix: expect.stringContaining("--audience=mine.example"),
    });
    const missing = "Failed to find all of '[pipelines.kubeflow.org]' in audience: [a]";
    expect((await errorOf(401, json, unknown(missing))).code).toBe("TOKEN_WRONG_AUDIENCE");
  });

  test("the end: when it was", async () => {
    const body = unknown(review("[invalid bearer token, service account token has expired]"));
    const error = await errorOf(401, json, body, serviceAccountToken({ exp: past }));
    expect(error.code).toBe("TOKEN_EXPIRED");
    expect(error.message).toContain("The token ended at 2026-01-02T03:04:05.000Z.");
    const clocks = await errorOf(401, json, body);
    expect(clocks).toMatchObject({ code: "CLOCKS_DIFFER", message: expect.stringContaining("clocks differ") });
  });

  test("anything else: the reason of the review, and whom the token stands for", async () => {
    const reason = '[invalid bearer token, serviceaccounts "gone" not found]';
    const error = await errorOf(401, json, unknown(review(reason)));
    expect(error.code).toBe("TOKEN_REFUSED");
    expect(error.message).toContain('the token was refused: invalid bearer token, serviceaccounts "gone" not found');
    expect(error.message).toContain("It stands for system:serviceaccount:team-a:default-editor.");
    expect(error.message).toContain("Its issuer is https://kubernetes.default.svc.cluster.local.");
    expect((await errorOf(401, json, unknown(review("invalid bearer token")), "opaque")).code).toBe("TOKEN_REFUSED");
  });

  test.each([500, 409, 401])("no identity at all: the server knows none (HTTP %i)", async (status) => {
    const error = await errorOf(status, json, unknown(), "");
    expect(error.code).toBe("NO_IDENTITY");
    expect(error.message).toContain("the server knows no identity");
    expect(error.fix).toContain("istio-ingressgateway");
  });

  test("a server that says nothing more: what the token is", async () => {
    const who = JSON.stringify({ code: 16, message: "who?" });
    expect(await errorOf(401, json, who, serviceAccountToken({ exp: past }))).toMatchObject({ code: "TOKEN_EXPIRED" });
    expect(await errorOf(401, json, who, serviceAccountToken({ aud: ["x"] }))).toMatchObject({
      code: "TOKEN_WRONG_AUDIENCE",
    });
    const error = await errorOf(401, json, who);
    expect(error).toMatchObject({ code: "UNAUTHENTICATED", message: expect.stringContaining("It ends at 20") });
  });

  test("claims that are none do not get into the message", async () => {
    const token = serviceAccountToken({ sub: { a: 1 }, iss: "evil\u001b[2J", aud: [7, "ok"], exp: "soon" });
    const error = await errorOf(401, json, unknown(review("invalid bearer token")), token);
    expect(error.message).toContain("Its issuer is evil?[2J.");
    expect(error.message).not.toContain("\u001b");
    expect(error.message).not.toMatch(/object|undefined/);
  });
});

describe("what stands before the API is told apart, in the literal words of Envoy", () => {
  const envoy = "text/plain";
  test.each<readonly [number, string, ErrorCode, RegExp]>([
    [403, "RBAC: access denied", "MESH_DENIED", /audience pipelines\.kubeflow\.org/],
    [
      401,
      "Jwt issuer is not configured",
      "TOKEN_ISSUER_UNKNOWN",
      /ml-pipeline-ui\.kubeflow directly.*RequestAuthentication/,
    ],
    [401, "Jwks doesn't have key to match kid or alg from Jwt", "TOKEN_KEYS_UNKNOWN", /fetch the keys/],
    [401, "Jwt is expired", "CLOCKS_DIFFER", /clock/],
    [403, "Audiences in Jwt are not allowed", "TOKEN_WRONG_AUDIENCE", /kubectl create token/],
    [401, "Jwt verification fails", "TOKEN_REFUSED", /kubectl create token/],
    [
      503,
      "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
      "UPSTREAM_FAILED",
      /have a sidecar on both/,
    ],
    [
      503,
      "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end",
      "UPSTREAM_FAILED",
      /have a sidecar on both/,
    ],
    [
      503,
      "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
      "UPSTREAM_FAILED",
      /pods of the deployment are ready/,
    ],
    [503, "no healthy upstream", "SERVER_UNAVAILABLE", /ready/],
  ])("%i %j is %s", async (status, body, code, fix) => {
    const error = await errorOf(status, envoy, body);
    expect(error.code).toBe(code);
    expect(error.message).toContain(code === "SERVER_UNAVAILABLE" ? "no pod" : body);
    expect(error.fix).toMatch(fix);
  });

  test("an issuer that the gateway does not know is named", async () => {
    expect((await errorOf(401, envoy, "Jwt issuer is not configured")).message).toContain(
      "Its issuer is https://kubernetes.default.svc.cluster.local.",
    );
  });

  test("RBAC: access denied advises by what was sent: nothing, an identity header, a token", async () => {
    const denied = (token: string | undefined, headers = {}) =>
      errorOf(403, envoy, "RBAC: access denied", token, headers);
    expect((await denied("")).fix).toContain("nothing was sent");
    expect((await denied(undefined, { "kubeflow-userid": "me@example.com" })).fix).toContain("Take the header away");
    expect((await denied(undefined)).fix).toContain("no identity header of your own");
  });
});

describe("what RBAC denies comes with the RoleBinding that would allow it", () => {
  const denial = (user: string, namespace: string) =>
    JSON.stringify({
      code: 7,
      message: "List experiments failed",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.Status",
          code: 7,
          message: `User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:${namespace},Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:,FieldSelector:nil,LabelSelector:nil,})`,
        },
      ],
    });

  test("for a service account", async () => {
    const error = await errorOf(403, json, denial("system:serviceaccount:namespace-2:default-editor", "namespace-1"));
    expect(error.code).toBe("PERMISSION_DENIED");
    expect(error.fix).toContain("(it is to list experiments)");
    expect(error.fix).toContain(`apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: allow-namespace-2-default-editor-kubeflow-edit
  namespace: namespace-1
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kubeflow-edit
subjects:
  - kind: ServiceAccount
    name: default-editor
    namespace: namespace-2
`);
  });

  test("for a person, whatever the name holds", async () => {
    const error = await errorOf(403, json, denial('a"b $(x)@example.com', "team-a"));
    expect(error.fix).toContain('    kind: User\n    name: "a\\"b $(x)@example.com"\n');
    expect(error.fix).toContain(`--user='a"b $(x)@example.com'`);
  });

  test("for an upload, which is refused with 400 and in words of its own", async () => {
    const who = "system:serviceaccount:team-b:default-editor";
    const details = `User '${who}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:create,Resource:pipelines,})`;
    const body = JSON.stringify({ error_message: "Failed to create a pipeline", error_details: details });
    const error = await errorOf(400, "text/plain; charset=utf-8", body);
    expect(error).toMatchObject({
      code: "PERMISSION_DENIED",
      fix: expect.stringContaining("(it is to create pipelines)"),
    });
  });

  test("for what belongs to no namespace there is none to give", async () => {
    const error = await errorOf(403, json, denial("user@example.com", ""));
    expect(error).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(error.fix).not.toContain("RoleBinding\n");
  });
});
