import type { Transport, TransportRequest, TransportResponse } from "../../src/index.ts";

/** Numbers that look like chance, and are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a server sets as a cookie: as secret as what it is sent. */
export const setCookieSecret = "set-c00kie-s3cret";

const statuses = [
  200, 200, 200, 201, 202, 204, 206, 226, 301, 302, 303, 304, 307, 308, 400, 401, 401, 402, 403, 403, 404, 404, 405,
  406, 407, 408, 409, 410, 412, 413, 415, 418, 421, 425, 426, 429, 431, 451, 499, 500, 501, 502, 503, 504, 511, 520,
  599, 999,
];
const types = [
  "application/json",
  "application/json; charset=utf-8",
  "text/html",
  "text/html; charset=utf-8",
  "text/plain",
  "application/xhtml+xml",
  "application/grpc",
  "application/octet-stream",
  "",
  "x",
  "application/json, text/html",
];
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  "",
  "text",
  [],
  [null],
  {},
  { "": "" },
  [[[]]],
  "\u0000\ud800",
];
const places = [
  "/",
  "/dex/auth?state=s",
  "//elsewhere.example/x",
  "http://[::bad",
  "javascript:alert(1)",
  "/oauth2/start",
  "",
  "https://elsewhere.example/login?token=t",
  "/pipeline/",
  "\\",
  "%",
  "http://127.0.0.1:99999/",
];
const fields = [
  "multi_user",
  "multiUser",
  "apiServerReady",
  "apiServerMultiUser",
  "tag_name",
  "commit_sha",
  "pipeline_store",
  "code",
  "message",
  "details",
  "error",
  "error_message",
  "error_details",
  "experiments",
  "total_size",
  "next_page_token",
];
const texts = [
  "RBAC: access denied",
  "Jwt issuer is not configured",
  "Jwt is expired",
  "Jwks doesn't have key to match kid or alg from Jwt",
  "Audiences in Jwt are not allowed",
  "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
  "upstream request timeout",
  "no healthy upstream",
  "there is no user identity header",
  "Client sent an HTTP request to an HTTPS server.",
  "<!DOCTYPE html><title>Sign in</title><form action='/oauth2/sign_in'><input type=password name=p></form>",
  "<!DOCTYPE html><title>dex</title><form method=post action='/dex/auth/local?state=s'><input name=login><input type=password name=password></form>",
  "<html><title>Kubeflow Central Dashboard</title></html>",
  "<pre>Cannot GET /apis/v2beta1/healthz</pre>",
  "<html>",
  "{",
  "",
  "\u0000\u0001\ufffd",
  "null",
  '"text"',
  "[]",
];

type Random = () => number;

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

function jsonBody(random: Random, echo: string): string {
  const body: Record<string, unknown> = {};
  for (let count = Math.floor(random() * 4); count >= 0; count--) body[oneOf(random, fields)] = oneOf(random, values);
  const roll = random();
  if (roll < 0.3) Object.assign(body, { code: Math.floor(random() * 20), message: `${oneOf(random, texts)} ${echo}` });
  if (roll > 0.8)
    Object.assign(body, { details: [{ message: `User 'u' is not authorized with reason: ${echo}` }, null] });
  if (roll > 0.9) Object.assign(body, { error_message: echo, error_details: echo });
  const text = JSON.stringify(body);
  return random() < 0.1 ? text.slice(0, Math.floor(random() * text.length)) : text;
}

function bodyOf(random: Random, echo: string): string {
  const roll = random();
  if (roll < 0.45) return jsonBody(random, echo);
  if (roll < 0.9) return `${oneOf(random, texts)}${random() < 0.3 ? echo : ""}`;
  return Array.from({ length: Math.floor(random() * 300) }, () => String.fromCharCode(random() * 0x3000)).join("");
}

/** An answer by chance. What was asked comes back in some of them, as it does from servers that want to help. */
export function randomAnswer(random: Random, request: TransportRequest): TransportResponse {
  const echo = `${request.path} ${JSON.stringify(request.headers)} ${typeof request.body === "string" ? request.body : ""}`;
  const headers: Record<string, string | string[]> = { "content-type": oneOf(random, types) };
  if (random() < 0.5) headers.location = oneOf(random, places) + (random() < 0.1 ? `?${encodeURI(echo)}` : "");
  if (random() < 0.3) {
    const name = oneOf(random, ["oauth2_proxy_kubeflow", "authservice_session", "_oauth2_proxy_csrf", "", "a b"]);
    headers["set-cookie"] = [
      `${name}=${setCookieSecret}; Path=/; ${oneOf(random, ["Secure", "Max-Age=x", "HttpOnly", "Domain=.."])}`,
    ];
  }
  if (random() < 0.3) headers.server = oneOf(random, ["istio-envoy", "envoy", "nginx", "", "\u00e9"]);
  if (random() < 0.2) headers["www-authenticate"] = oneOf(random, ["Bearer", 'Basic realm="x"', "", ","]);
  if (random() < 0.2) headers["retry-after"] = oneOf(random, ["0", "-1", "x", "9e99", "Thu, 01 Jan 1970 00:00:00 GMT"]);
  if (random() < 0.3)
    headers.date = oneOf(random, ["x", "", "Thu, 01 Jan 1970 00:00:00 GMT", new Date().toUTCString()]);
  if (random() < 0.1) headers["x-request-id"] = oneOf(random, ["id", "", "x".repeat(5_000)]);
  return { status: oneOf(random, statuses), headers, body: bodyOf(random, echo) };
}

/** Errors of connections, as Node words them. */
const failures = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPROTO",
  "HPE_INVALID_CONSTANT",
  "ERR_SSL_X",
  "",
  "E_NEW",
];

/** A server that answers by chance, and sometimes not at all. */
export function randomTransport(random: Random): Transport {
  return {
    send: async (request) => {
      if (random() < 0.05) throw Object.assign(new Error("by chance"), { code: oneOf(random, failures) });
      return randomAnswer(random, request);
    },
  };
}
