import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** Which generation of Kubeflow the gateway is of. */
type Generation = "oauth2-proxy" | "authservice";

/** A gateway with one user, `ada` with the password `lovelace`, and the API behind it. */
export function scriptedGateway() {
  const state = {
    generation: "oauth2-proxy" as Generation,
    /** Whether it ends sessions when it is told to. */
    ends: true,
    sessions: new Set<string>(),
    logins: 0,
    /** Whether it gives a new cookie with each answer. */
    renews: false,
    /** How often a name and a password were refused. */
    refusals: 0,
    /** What came with the requests that ended sessions. */
    signOuts: [] as string[],
  };
  let port = 0;
  const cookieOf = (request: IncomingMessage): string | undefined =>
    /(?:oauth2_proxy_kubeflow|authservice_session)=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const give = (status: number, type: string, body: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": type, ...headers }).end(body);
    };
    const lead = (location: string, headers: Record<string, string> = {}) =>
      give(303, "text/html", "", { location, ...headers });
    const session = cookieOf(request);
    if (pathname === "/oauth2/start") return lead("/dex/auth/local/login?state=1");
    if (pathname === "/dex/auth/local/login") {
      let body = "";
      for await (const chunk of request) body += chunk;
      const form = new URLSearchParams(body);
      if (form.get("login") === "ada" && form.get("password") === "lovelace")
        return lead("/oauth2/callback?code=1&state=1");
      if (request.method === "POST") state.refusals += 1;
      const page =
        '<form method="post" action="/dex/auth/local/login?state=1"><input type="text" name="login"><input type="password" name="password"><button type="submit">Login</button></form>';
      return give(request.method === "POST" ? 401 : 200, "text/html", page);
    }
    if (pathname === "/oauth2/callback") {
      state.logins += 1;
      const id = `hunter${state.logins}`;
      state.sessions.add(id);
      const name = state.generation === "authservice" ? "authservice_session" : "oauth2_proxy_kubeflow";
      return lead("/pipeline", { "set-cookie": `${name}=${id}; Path=/; Max-Age=86400; HttpOnly` });
    }
    if (pathname === "/oauth2/sign_out" || pathname === "/authservice/logout") {
      state.signOuts.push(`${request.method} ${pathname} ${request.headers.authorization ?? ""}`.trim());
      if (state.ends && session !== undefined) state.sessions.delete(session);
      return give(201, "application/json", "{}");
    }
    if (session === undefined || !state.sessions.has(session)) {
      if (state.generation === "authservice")
        return give(302, "text/html", "", { location: "/dex/auth/local/login?state=1" });
      if (pathname.includes("/apis/")) return give(401, "application/json", "{}");
      const page =
        '<title>Sign In</title><form method="GET" action="/oauth2/start"><input type="hidden" name="rd" value="/"></form>';
      return give(403, "text/html", page);
    }
    if (state.renews) {
      const next = `${session}+`;
      state.sessions.add(next);
      response.setHeader("set-cookie", `oauth2_proxy_kubeflow=${next}; Path=/; Max-Age=86400; HttpOnly`);
    }
    if (pathname.includes("/healthz")) return give(200, "application/json", '{"multi_user":true}');
    if (pathname.includes("/apis/")) return give(200, "application/json", "{}");
    return give(200, "text/html", "<title>Kubeflow</title>");
  };
  const server = createServer((request, response) => void answer(request, response));
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    Object.assign(state, {
      generation: "oauth2-proxy",
      ends: true,
      renews: false,
      sessions: new Set(),
      logins: 0,
      refusals: 0,
      signOuts: [],
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    state,
    get endpoint() {
      return `http://127.0.0.1:${port}/pipeline`;
    },
  };
}
