import { describe, expect, test } from "vitest";
import { ApiError, bearerToken, Client, type ErrorCode } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { json, localServer, page, refusal } from "../helpers/local-server.ts";

/** The error that the client makes of an answer. */
async function errorOf(
  status: number,
  type: string,
  body: string,
  { headers = {}, path = "", token = undefined as string | undefined } = {},
) {
  const server = await localServer((_request, response) => page(response, status, type, body, headers));
  const credentials = token === undefined ? undefined : bearerToken(token);
  const kfp = new Client({ host: server.origin + path, maxRetries: 0, credentials });
  const error = await failureOf(kfp.runs.get("1"));
  expect(error).toBeInstanceOf(ApiError);
  return { error: error as ApiError, origin: server.origin };
}

async function codeOf(status: number, type: string, body: string, more = {}): Promise<ErrorCode> {
  return (await errorOf(status, type, body, more)).error.code;
}

const api = (code: number, text: string) => JSON.stringify(refusal(code, text));

describe("refusals of the API", () => {
  test.each<readonly [number, number, ErrorCode]>([
    [400, 3, "INVALID_REQUEST"],
    [404, 5, "NOT_FOUND"],
    [409, 6, "ALREADY_EXISTS"],
    [403, 7, "PERMISSION_DENIED"],
    [429, 8, "RATE_LIMITED"],
    [400, 9, "CONFLICT"],
    [409, 10, "CONFLICT"],
    [501, 12, "UNSUPPORTED_BY_SERVER"],
    [500, 13, "SERVER_ERROR"],
    [503, 14, "SERVER_UNAVAILABLE"],
    [401, 16, "UNAUTHENTICATED"],
  ])("HTTP %i with gRPC code %i is %s, with the text that is meant for callers", async (status, grpc, code) => {
    const { error } = await errorOf(status, "application/json", api(grpc, "that is why"), {
      headers: { "x-request-id": "r-7" },
    });
    expect(error).toMatchObject({
      code,
      status,
      grpcCode: grpc,
      requestId: "r-7",
      operation: "runs.get",
      method: "GET",
      path: "/apis/v2beta1/runs/1",
    });
    expect(error.message).toContain("that is why");
    expect(error.message).not.toContain("Failed to do it");
    expect(error.fix).not.toBe("");
  });

  test("a stack trace that a server appends does not get into the message", async () => {
    const body = JSON.stringify({
      code: 13,
      message: "Internal error: boom\ngithub.com/kubeflow/...\n\t/go/src",
      details: [],
    });
    const { error } = await errorOf(500, "application/json", body);
    expect(error.message).toBe("runs.get: Internal error: boom");
  });

  test("the refusal of an upload has its own shape, and comes as text", async () => {
    const server = await localServer((_request, response) =>
      page(
        response,
        400,
        "text/plain; charset=utf-8",
        '{"error_message":"Failed to read pipeline","error_details":"unknown template format"}',
      ),
    );
    const error = await failureOf(new Client({ host: server.origin }).pipelines.upload({ text: "x", name: "x" }));
    expect(error).toMatchObject({ code: "INVALID_REQUEST", status: 400, operation: "pipelines.upload" });
    expect(error.message).toContain("Failed to read pipeline: unknown template format");
  });

  test("a path that the API does not know is UNSUPPORTED_BY_SERVER, and not the lack of a run", async () => {
    expect(await codeOf(404, "application/json", '{"code":5,"message":"Not Found"}')).toBe("UNSUPPORTED_BY_SERVER");
    expect(await codeOf(501, "application/json", '{"code":12,"message":"Method Not Allowed"}')).toBe(
      "UNSUPPORTED_BY_SERVER",
    );
  });

  test.each([
    [500, 13],
    [409, 10],
    [401, 16],
  ])("no identity on a multi-user API is NO_IDENTITY, whichever status says so (%i)", async (status, grpc) => {
    const text = "Request header error: there is no user identity header.: Request header error";
    expect(await codeOf(status, "application/json", api(grpc, text))).toBe("NO_IDENTITY");
  });

  test("a token that the API reviewed and refused is TOKEN_REFUSED", async () => {
    const text = "there is no user identity header; Review.Status.Authenticated is false. Error token expired";
    expect(await codeOf(401, "application/json", api(16, text))).toBe("TOKEN_REFUSED");
  });

  test("a call that lacks a namespace is NAMESPACE_REQUIRED", async () => {
    expect(
      await codeOf(400, "application/json", api(3, "A run cannot have an empty namespace in multi-user mode")),
    ).toBe("NAMESPACE_REQUIRED");
  });

  test("a refusal by RBAC says the command that would allow it", async () => {
    const text =
      "User 'system:serviceaccount:team-b:default-editor' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:get,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:runs,Subresource:,Name:x,})";
    const { error } = await errorOf(403, "application/json", api(7, text));
    expect(error.fix).toContain(
      "--namespace team-a --clusterrole=kubeflow-edit --serviceaccount=team-b:default-editor",
    );
  });

  test("UNAUTHENTICATED advises differently with and without credentials", async () => {
    const without = await errorOf(401, "application/json", api(16, "who?"));
    const refused = await errorOf(401, "application/json", api(16, "who?"), { token: "t" });
    expect(without.error.fix).toBe("Pass credentials.");
    expect(refused.error.fix).toContain("expired");
  });
});

describe("answers of something else", () => {
  const dex = '<!DOCTYPE html><html><head><title>dex</title></head><form><input type="password"></form></html>';
  const signIn = '<!DOCTYPE html><html><title>Sign In</title><form action="/oauth2/start"></form></html>';

  test("a login page with status 200 is LOGIN_REQUIRED, not an empty run", async () => {
    expect(await codeOf(200, "text/html", dex)).toBe("LOGIN_REQUIRED");
  });

  test("the sign-in page of oauth2-proxy with status 403 is LOGIN_REQUIRED", async () => {
    expect(await codeOf(403, "text/html; charset=utf-8", signIn)).toBe("LOGIN_REQUIRED");
  });

  test("a redirection to a login is LOGIN_REQUIRED, names where, and shows nothing of the query", async () => {
    const location = "/dex/auth?client_id=kubeflow&state=SECRETSTATE";
    const { error, origin } = await errorOf(302, "text/html", "", { headers: { location } });
    expect(error.code).toBe("LOGIN_REQUIRED");
    expect(error.message).toContain(origin);
    expect(JSON.stringify([error.message, error.fix])).not.toContain("SECRETSTATE");
  });

  test("a redirection to https says which endpoint to use", async () => {
    const server = await localServer((request, response) =>
      page(response, 301, "text/html", "", { location: `https://127.0.0.1${request.url}` }),
    );
    const error = await failureOf(new Client({ host: `${server.origin}/pipeline` }).runs.get("1"));
    expect(error.code).toBe("REDIRECTED");
    expect(error.fix).toContain("https://127.0.0.1/pipeline");
  });

  test("a redirection to elsewhere is REDIRECTED and is not followed", async () => {
    const { error } = await errorOf(307, "text/plain", "", { headers: { location: "http://other.example/x?token=T" } });
    expect(error.code).toBe("REDIRECTED");
    expect(error.message).toContain("http://other.example/x");
    expect(error.message).not.toContain("token");
  });

  test("a web page that is no login is NOT_THE_API, and says what the endpoint is in full Kubeflow", async () => {
    const { error, origin } = await errorOf(
      200,
      "text/html",
      "<!doctype html><title>Kubeflow Central Dashboard</title>",
    );
    expect(error.code).toBe("NOT_THE_API");
    expect(error.fix).toContain(`${origin}/pipeline`);
  });

  test("a web page with a status of 500 is a server that failed", async () => {
    const { error } = await errorOf(500, "text/html", "<html><h1>Internal Server Error</h1></html>");
    expect(error.code).toBe("SERVER_ERROR");
    expect(error.message).toContain("HTTP 500");
  });

  test("a web page that calls itself JSON is still a web page", async () => {
    expect(await codeOf(200, "application/json", "<html><body>hello</body></html>")).toBe("NOT_THE_API");
  });

  test("JSON of another program is NOT_THE_API, not a run without anything", async () => {
    expect(await codeOf(200, "application/json", '{"hello":"world"}')).toBe("NOT_THE_API");
    expect(await codeOf(200, "application/json", "[1,2]")).toBe("NOT_THE_API");
    expect(await codeOf(200, "text/plain", "pong")).toBe("NOT_THE_API");
  });

  test("JSON that is broken is BAD_ANSWER", async () => {
    expect(await codeOf(200, "application/json", '{"run_id":')).toBe("BAD_ANSWER");
  });

  test("a path below which there is no API is NOT_THE_API, and says what the endpoint is without it", async () => {
    const { error, origin } = await errorOf(404, "text/plain", "404 page not found", { path: "/pipeline" });
    expect(error.code).toBe("NOT_THE_API");
    expect(error.fix).toContain(origin);
  });

  test("a server of v1 is UNSUPPORTED_BY_SERVER, not a lack of login", async () => {
    const body = "<!DOCTYPE html><html><body><pre>Cannot GET /pipeline/apis/v2beta1/runs/1</pre></body></html>";
    expect(await codeOf(404, "text/html", body)).toBe("UNSUPPORTED_BY_SERVER");
  });

  test.each<readonly [number, string, ErrorCode]>([
    [403, "RBAC: access denied", "MESH_DENIED"],
    [401, "Jwt is expired", "TOKEN_EXPIRED"],
    [401, "Jwt issuer is not configured", "TOKEN_ISSUER_UNKNOWN"],
    [401, "Jwks doesn't have key to match kid or alg from Jwt", "TOKEN_KEYS_UNKNOWN"],
    [403, "Audiences in Jwt are not allowed", "TOKEN_WRONG_AUDIENCE"],
    [401, "Jwt verification fails", "TOKEN_REFUSED"],
    [401, "", "UNAUTHENTICATED"],
    [
      503,
      "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
      "UPSTREAM_FAILED",
    ],
    [503, "no healthy upstream", "SERVER_UNAVAILABLE"],
    [504, "upstream request timeout", "GATEWAY_TIMEOUT"],
    [400, "Client sent an HTTP request to an HTTPS server.", "TLS_EXPECTED"],
    [413, "request entity too large", "TOO_LARGE"],
    [421, "unknown host", "HOST_NOT_ALLOWED"],
    [429, "slow down", "RATE_LIMITED"],
    [431, "", "HEADERS_TOO_LARGE"],
    [500, "boom", "SERVER_ERROR"],
    [418, "teapot", "INVALID_REQUEST"],
  ])("HTTP %i %j is %s", async (status, text, code) => {
    expect(await codeOf(status, "text/plain", text)).toBe(code);
  });

  test("an empty 403 is what a gateway says whose auth service is down, and no lack of rights", async () => {
    expect(await codeOf(403, "", "")).toBe("SERVER_UNAVAILABLE");
    expect(await codeOf(403, "text/plain", "")).toBe("PERMISSION_DENIED");
  });

  test("pages of proxies are what their status says", async () => {
    expect(await codeOf(502, "text/html", "<html><title>502 Bad Gateway</title></html>")).toBe("SERVER_UNAVAILABLE");
    expect(await codeOf(504, "text/html", "<html><title>504</title></html>")).toBe("GATEWAY_TIMEOUT");
    expect(await codeOf(413, "text/html", "<html><title>413</title></html>")).toBe("TOO_LARGE");
    const nginx = "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>";
    expect(await codeOf(400, "text/html", nginx)).toBe("TLS_EXPECTED");
  });

  test("an empty object is a good answer where the API has nothing to say", async () => {
    const server = await localServer((_request, response) => json(response, 200, {}));
    const kfp = new Client({ host: server.origin });
    await expect(kfp.runs.archive("1")).resolves.toBeUndefined();
    expect((await kfp.runs.list()).items).toEqual([]);
  });
});
