import type { ServerResponse } from "node:http";
import { type LocalServer, localServer, type ReceivedRequest } from "../helpers/local-server.ts";

/** What a page of the gateway does. */
export type Route = (request: ReceivedRequest, response: ServerResponse) => void;

/** What is different from a gateway with oauth2-proxy, one connector and no approval. */
export interface Changes {
  readonly [path: string]: Route | undefined;
}

export const password = "correct-horse-12341234";
export const secrets = [password, "state-0123456789abcdef", "code-0123456789abcdef", "csrf-0123456789abcdef"];
export const session = "djE|c2Vzc2lvbi0wMTIzNDU2Nzg5=|x";

export function html(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string | string[]> = {},
) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
  response.end(`<!DOCTYPE html><html><head><title>page</title></head><body>${body}</body></html>`);
}

export function redirect(response: ServerResponse, location: string, headers: Record<string, string | string[]> = {}) {
  response.writeHead(302, { location, ...headers });
  response.end();
}

export const signIn =
  '<form method="GET" action="/oauth2/start"><input type="hidden" name="rd" value="/pipeline"></form>';
export const loginForm =
  '<form method="post" action="/dex/auth/local/login?back=&amp;state=state-0123456789abcdef">' +
  '<input name="login" type="text"><input name="password" type="password"><button type="submit">Login</button></form>';

export const hasSession = ({ headers }: ReceivedRequest) =>
  (headers.cookie ?? "").split("; ").includes(`session=${session}`);

/** What its pages do. */
export const usual: Readonly<Record<string, Route>> = {
  "/pipeline": (request, response) =>
    hasSession(request) ? html(response, 200, "Kubeflow Pipelines") : html(response, 403, signIn),
  "/oauth2/start": (_request, response) =>
    redirect(response, "/dex/auth?client_id=gateway&state=state-0123456789abcdef", {
      "set-cookie": ["gate_csrf=csrf-0123456789abcdef; Path=/; HttpOnly"],
    }),
  "/dex/auth": (_request, response) => redirect(response, "/dex/auth/local?state=state-0123456789abcdef"),
  "/dex/auth/local": (_request, response) => redirect(response, "/dex/auth/local/login?state=state-0123456789abcdef"),
  "/dex/auth/local/login": (request, response) => {
    if (request.method === "GET") return html(response, 200, loginForm);
    const form = new URLSearchParams(request.body);
    return form.get("password") === password
      ? redirect(response, "/oauth2/callback?code=code-0123456789abcdef&state=state-0123456789abcdef")
      : html(response, 401, `<div class="dex-error-box">Invalid Email Address and password.</div>${loginForm}`);
  },
  "/oauth2/callback": (request, response) =>
    request.headers.cookie?.includes("gate_csrf=csrf-0123456789abcdef")
      ? redirect(response, "/pipeline", { "set-cookie": [`session=${session}; Path=/; Max-Age=86400; HttpOnly`] })
      : html(response, 403, "Login Failed: Unable to find a valid CSRF token. Please try again."),
  "/pipeline/apis/v2beta1/healthz": (request, response) => {
    response.writeHead(hasSession(request) ? 200 : 401, { "content-type": "application/json" });
    response.end(hasSession(request) ? '{"multi_user":true}' : "{}");
  },
};

/** A gateway whose pages a test can change. */
export function scriptedGateway(changes: Changes = {}): Promise<LocalServer> {
  return localServer((request, response) => {
    const { pathname } = new URL(request.url, "http://gateway");
    const route = changes[pathname] ?? usual[pathname];
    if (route !== undefined) return route(request, response);
    response.writeHead(404, { "content-type": "text/plain" });
    return response.end("404 page not found");
  });
}
