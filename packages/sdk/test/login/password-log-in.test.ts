import { describe, expect, test } from "vitest";
import { LoginError } from "../../src/errors/login-error.ts";
import type { LogInRequest } from "../../src/login/log-in.ts";
import { type PasswordLogInOptions, passwordLogIn } from "../../src/login/password-log-in.ts";
import { nodeHttpTransport } from "../../src/transport/node-http.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { failureOf } from "../helpers/failure.ts";
import { localServer } from "../helpers/local-server.ts";
import { everythingIn } from "./everything-in.ts";
import {
  type Changes,
  hasSession,
  html,
  loginForm,
  password,
  redirect,
  scriptedGateway,
  secrets,
  session,
  signIn,
} from "./scripted-gateway.ts";

const transport = nodeHttpTransport({ connectTimeoutMs: 5_000 });

function logIn(
  endpoint: string,
  options: Partial<PasswordLogInOptions> = {},
  request: Partial<LogInRequest> = {},
): ReturnType<ReturnType<typeof passwordLogIn>> {
  const whole = { username: "user@example.com", password: async () => password, connector: "local", loginOrigins: [] };
  return passwordLogIn({ ...whole, ...options })({
    endpoint,
    transport,
    timeoutMs: 10_000,
    signal: undefined,
    now: Date.now,
    ...request,
  });
}

async function loginWith(changes: Changes, options: Partial<PasswordLogInOptions> = {}) {
  const gateway = await scriptedGateway(changes);
  const login = logIn(`${gateway.origin}/pipeline`, options);
  login.catch(() => undefined);
  return { gateway, login };
}

async function failureWith(changes: Changes, options: Partial<PasswordLogInOptions> = {}) {
  const { gateway, login } = await loginWith(changes, options);
  const error = await failureOf(login);
  for (const secret of secrets) expect(everythingIn(error)).not.toContain(secret);
  return { gateway, error };
}

const posts = ({ received }: { received: readonly { method: string; body: string }[] }) =>
  received.filter(({ method }) => method === "POST").map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe("a login", () => {
  test("keeps the session's cookie as it came, and not that of the login itself", async () => {
    const { login } = await loginWith({});
    expect((await login).cookies.map(({ name, value }) => [name, value])).toEqual([["session", session]]);
  });

  test("asks for the password when a page wants it, once", async () => {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return password;
    };
    await (await loginWith({}, { password: ask })).login;
    expect(asked).toBe(1);
    await failureWith({ "/dex/auth": (_request, response) => html(response, 503, "down") }, { password: ask });
    expect(asked).toBe(1);
  });

  test("is not needed where the page and the API are open: there are no cookies", async () => {
    const open = await localServer((request, response) => {
      response.writeHead(200, { "content-type": request.url.includes("/apis/") ? "application/json" : "text/html" });
      response.end(request.url.includes("/apis/") ? '{"multi_user":false}' : "<html>Pipelines</html>");
    });
    expect(await logIn(open.origin)).toEqual({ cookies: [] });
  });

  test("is not needed where an API server without pages answers", async () => {
    const server = await localServer((request, response) => {
      const isHealth = request.url === "/apis/v2beta1/healthz";
      response.writeHead(isHealth ? 200 : 404, { "content-type": isHealth ? "application/json" : "text/plain" });
      response.end(isHealth ? '{"multi_user":false}' : "404 page not found");
    });
    expect(await logIn(server.origin)).toEqual({ cookies: [] });
  });

  test("begins where the sign-in page says, below another prefix", async () => {
    const { gateway, login } = await loginWith({
      "/pipeline": (request, response) =>
        request.headers.cookie?.includes("session=")
          ? html(response, 200, "in")
          : html(response, 403, '<form action="/gate/start"><input type="hidden" name="rd" value="/elsewhere"></form>'),
      "/gate/start": (_request, response) =>
        redirect(response, "/dex/auth", { "set-cookie": "gate_csrf=csrf-0123456789abcdef; Path=/" }),
    });
    expect((await login).cookies).toHaveLength(1);
    expect(gateway.received[1]?.url).toBe("/gate/start?rd=%2Fpipeline");
  });

  test("begins at the usual place where the gateway only says 401", async () => {
    const { login } = await loginWith({
      "/pipeline": (request, response) => {
        response.writeHead(request.headers.cookie?.includes("session=") ? 200 : 401, {
          "content-type": "application/json",
        });
        response.end("{}");
      },
    });
    expect((await login).cookies).toHaveLength(1);
  });

  test("fills in a form of another theme and language, with what is hidden in it", async () => {
    const form = `<p>Anmelden</p><form METHOD=POST action="?state=s">
      <input type=hidden name=execution value="e1s1"><input name=q type=checkbox value=1><input name=remember type=checkbox checked>
      <input type=email name=benutzer><input type=password name=kennwort><select name=realm><option>a<option selected>b</select>
      <button name=go value=1>Los</button><button name=other value=2>Zurück</button></form>`;
    const { gateway, login } = await loginWith({
      "/dex/auth/local/login": (request, response) =>
        request.method === "GET"
          ? html(response, 200, form)
          : redirect(response, "/oauth2/callback?code=code-0123456789abcdef&state=state-0123456789abcdef"),
    });
    await login;
    expect(posts(gateway)).toEqual([
      { execution: "e1s1", remember: "on", benutzer: "user@example.com", kennwort: password, realm: "b", go: "1" },
    ]);
  });

  test("begins once more when the provider has forgotten it, and no third time", async () => {
    let forgotten = 0;
    const forget = (times: number): Changes => ({
      "/dex/auth/local/login": (request, response) => {
        if (request.method === "GET") return html(response, 200, loginForm);
        forgotten += 1;
        return forgotten > times
          ? redirect(response, "/oauth2/callback?code=code-0123456789abcdef&state=state-0123456789abcdef")
          : html(response, 400, "Bad Request. Requested resource does not exist.");
      },
    });
    expect((await (await loginWith(forget(1))).login).cookies).toHaveLength(1);
    forgotten = 0;
    const { gateway, error } = await failureWith(forget(9));
    expect([error.code, posts(gateway).length]).toEqual(["LOGIN_FAILED", 2]);
  });
});

describe("a login that fails", () => {
  test("says that the credentials are probably invalid, and where, and tries nothing else", async () => {
    const { gateway, error } = await failureWith({}, { password: async () => "wrong-password-1" });
    expect(error.code).toBe("LOGIN_REFUSED");
    expect(error.message).toContain("login credentials are probably invalid");
    expect(error.message).toContain(`${gateway.origin}/dex/auth/local/login`);
    expect(error.message).toContain('"Invalid Email Address and password".');
    expect(error.message).toContain("connector is local");
    expect(everythingIn(error)).not.toContain("wrong-password-1");
    expect(posts(gateway)).toHaveLength(1);
  });

  test("is refused as well when the form comes again with status 200, or after a redirection", async () => {
    const again = (status: 200 | 302): Changes => ({
      "/dex/auth/local/login": (request, response) =>
        request.method === "POST" && status === 302
          ? redirect(response, "/dex/auth/local/login?error=1")
          : html(response, 200, loginForm),
    });
    expect((await failureWith(again(200))).error.code).toBe("LOGIN_REFUSED");
    expect((await failureWith(again(302))).error.code).toBe("LOGIN_REFUSED");
  });

  test("tells the way that it took, without queries", async () => {
    const { gateway, error } = await failureWith({
      "/oauth2/callback": (_request, response) => html(response, 500, "Oops"),
    });
    if (!(error instanceof LoginError)) throw error;
    expect(error.steps.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      "GET /pipeline 403",
      "GET /oauth2/start 302",
      "GET /dex/auth 302",
      "GET /dex/auth/local 302",
      "GET /dex/auth/local/login 200",
      "POST /dex/auth/local/login 302",
      "GET /oauth2/callback 500",
    ]);
    expect(error.steps[0]?.origin).toBe(gateway.origin);
    expect(error.message).toContain("POST /dex/auth/local/login 302, GET /oauth2/callback 500");
  });

  test.each([
    ["Jwks doesn't have key to match kid or alg from Jwt", "jwksUri"],
    ["Jwt issuer is not configured", "issuer, audiences"],
  ])("says what to mend where the mesh refuses what the login gave: %s", async (words, mends) => {
    const { error } = await failureWith({
      "/pipeline": (request, response) => {
        if (!hasSession(request)) return html(response, 403, signIn);
        response.writeHead(401, { "content-type": "text/plain" });
        return response.end(words);
      },
    });
    expect([error.code, error.message.includes(words)]).toEqual(["LOGIN_FAILED", true]);
    expect(error.fix).toContain(mends);
  });

  test("names the connectors that there are where there is none as asked for", async () => {
    const chooser = '<a href="/dex/auth/ldap?x=1">LDAP</a> <a href="/dex/auth/github?x=1">GitHub</a>';
    const { gateway, error } = await failureWith({ "/dex/auth": (_request, response) => html(response, 200, chooser) });
    expect([error.code, error.message.includes("it has ldap, github")]).toEqual(["LOGIN_CONNECTOR_UNKNOWN", true]);
    expect(posts(gateway)).toEqual([]);
    const only = await failureWith({}, { connector: "ldap" });
    expect([only.error.code, only.error.message.includes("it has local")]).toEqual(["LOGIN_CONNECTOR_UNKNOWN", true]);
    expect(posts(only.gateway)).toEqual([]);
  });

  test("takes the only connector where none was named", async () => {
    const { login } = await loginWith({}, { connector: undefined });
    expect((await login).cookies).toHaveLength(1);
  });

  test.each([
    [
      "another origin",
      "http://elsewhere.example.com/dex/auth?state=state-0123456789abcdef",
      "http://elsewhere.example.com",
    ],
    ["another port", "http://127.0.0.1:1/dex/auth", "http://127.0.0.1:1"],
    ["another origin without a scheme", "//elsewhere.example.com/", "http://elsewhere.example.com"],
    ["another origin with a name in front", "http://127.0.0.1@elsewhere.example.com/", "http://elsewhere.example.com"],
    ["a script", "javascript:alert(1)", "javascript:"],
    ["a file", "file:///etc/passwd", "file:"],
  ])("leads to %s: it stops before, and names it", async (_what, location, origin) => {
    const { error } = await failureWith({ "/oauth2/start": (_request, response) => redirect(response, location) });
    expect(error.code).toBe("LOGIN_LEADS_ELSEWHERE");
    expect(error.message).toContain(origin);
    if (origin.startsWith("http:")) expect(error.fix).toContain(origin);
  });

  test("sends neither the password nor a cookie to the form's other origin", async () => {
    const elsewhere = await localServer((_request, response) => response.end());
    const form = loginForm.replace('action="', `action="${elsewhere.origin}`);
    const { error } = await failureWith({ "/dex/auth/local/login": (_request, response) => html(response, 200, form) });
    expect([error.code, elsewhere.received.length]).toEqual(["LOGIN_LEADS_ELSEWHERE", 0]);
    expect(error.fix).toContain(elsewhere.origin);
  });

  test("goes to another origin that is named, with the cookies of that one only", async () => {
    const elsewhere = await localServer((request, response) => {
      if (request.method === "GET") return html(response, 200, loginForm, { "set-cookie": "provider=1; Path=/" });
      return redirect(response, `${back}/oauth2/callback?code=code-0123456789abcdef&state=state-0123456789abcdef`);
    });
    const { gateway, login } = await loginWith(
      { "/dex/auth": (_request, response) => redirect(response, `${host}/dex/auth/local/login`) },
      { loginOrigins: [elsewhere.origin.replace("127.0.0.1", "localhost")] },
    );
    const host = elsewhere.origin.replace("127.0.0.1", "localhost");
    const back = gateway.origin;
    await login;
    expect(elsewhere.received.map(({ headers }) => headers.cookie)).toEqual([undefined, "provider=1"]);
    expect(gateway.received.some(({ headers }) => headers.cookie?.includes("provider"))).toBe(false);
  });

  test("does not send the password over an open connection", async () => {
    const asked: string[] = [];
    const pages: Transport = {
      send: async ({ method, path }) => {
        asked.push(method);
        return path === "/pipeline"
          ? { status: 302, headers: { location: "/dex/auth/local/login" }, body: "" }
          : { status: 200, headers: { "content-type": "text/html" }, body: loginForm };
      },
    };
    const error = await failureOf(logIn("http://kubeflow.example.com/pipeline", {}, { transport: pages }));
    expect([error.code, asked]).toEqual(["LOGIN_NOT_SECURE", ["GET", "GET"]]);
    expect(error.fix).toContain("https://kubeflow.example.com");
    const secure = failureOf(logIn("https://kubeflow.example.com/pipeline", {}, { transport: pages }));
    expect((await secure).code).toBe("LOGIN_REFUSED");
  });

  test("says to use https where the gateway leads there", async () => {
    const pages: Transport = {
      send: async () => ({ status: 301, headers: { location: "https://kubeflow.example.com/pipeline" }, body: "" }),
    };
    const error = await failureOf(logIn("http://kubeflow.example.com/pipeline", {}, { transport: pages }));
    expect([error.code, error.fix]).toEqual([
      "LOGIN_LEADS_ELSEWHERE",
      "Use https:// in the endpoint: https://kubeflow.example.com/pipeline",
    ]);
  });

  test("says which Secure cookie is lost over an open connection", async () => {
    const cookie = "gate_csrf=csrf-0123456789abcdef; Path=/; Secure; HttpOnly";
    const answers: Record<string, Awaited<ReturnType<Transport["send"]>>> = {
      "/pipeline": {
        status: 302,
        headers: { location: "/oauth2/callback?code=c&state=s", "set-cookie": [cookie] },
        body: "",
      },
      "/oauth2/callback?code=c&state=s": {
        status: 403,
        headers: { "content-type": "text/html" },
        body: "<p>Login Failed: Unable to find a valid CSRF token.",
      },
    };
    const pages: Transport = { send: async ({ path }) => answers[path] ?? { status: 404, headers: {}, body: "" } };
    const error = await failureOf(logIn("http://kubeflow.example.com/pipeline", {}, { transport: pages }));
    expect(error.code).toBe("LOGIN_COOKIE_LOST");
    expect(error.fix).toContain("gate_csrf as Secure");
    expect(everythingIn(error)).not.toContain("csrf-0123456789abcdef");
  });

  test("says that the session's cookie is lost where the gateway asks to log in again and again", async () => {
    const { gateway, error } = await failureWith({
      "/oauth2/callback": (_request, response) => redirect(response, "/pipeline"),
    });
    expect([error.code, posts(gateway).length]).toEqual(["LOGIN_COOKIE_LOST", 1]);
    const dex = await failureWith({
      "/pipeline": (_request, response) => redirect(response, "/dex/auth"),
      "/oauth2/callback": (_request, response) => redirect(response, "/pipeline"),
    });
    expect([dex.error.code, posts(dex.gateway).length]).toEqual(["LOGIN_COOKIE_LOST", 1]);
  });

  test.each([
    ["to itself", () => "/oauth2/start"],
    ["between two pages", (path: string) => (path === "/dex/auth" ? "/oauth2/start" : "/dex/auth")],
    ["ever on", (path: string) => `/oauth2/start?${path.length}-${Math.random()}`],
  ])("goes around in a circle %s: it ends", async (_what, next) => {
    const { gateway, error } = await failureWith({
      "/oauth2/start": ({ url }, response) => redirect(response, next(url)),
      "/dex/auth": ({ url }, response) => redirect(response, next(new URL(url, "http://x").pathname)),
    });
    expect([error.code, gateway.received.length < 25]).toEqual(["LOGIN_FAILED", true]);
    expect(error.message).toContain("circle");
  });

  test.each([
    [429, "Too many tries", "LOGIN_UNAVAILABLE"],
    [500, "Login error. Please contact your administrator", "LOGIN_UNAVAILABLE"],
    [503, "upstream connect error", "LOGIN_UNAVAILABLE"],
    [403, "", "LOGIN_UNAVAILABLE"],
    [403, "You may not", "LOGIN_FAILED"],
  ])("with HTTP %i and the page %j is %s", async (status, text, code) => {
    const { error } = await failureWith({
      "/dex/auth/local/login": (request, response) => {
        if (request.method === "GET") return html(response, 200, loginForm);
        response.writeHead(status, { "content-type": "text/html", "retry-after": "30" });
        return response.end(text);
      },
    });
    expect(error.code).toBe(code);
    if (text !== "") expect(error.message).toContain(text);
    expect(error.transient).toBe(code === "LOGIN_UNAVAILABLE");
  });

  test("waits where too many tries are told with the form again: nothing says that the password is wrong", async () => {
    const { error } = await failureWith({
      "/dex/auth/local/login": (request, response) => html(response, request.method === "GET" ? 200 : 429, loginForm),
    });
    expect(error.code).toBe("LOGIN_UNAVAILABLE");
  });

  test.each([
    ["a page without a form", "<h1>Log in with your security key</h1>"],
    [
      "a form for a new password",
      "<form method=post><input name=n><input type=password name=a><input type=password name=b></form>",
    ],
    ["a form that would put the password into the URL", "<form><input name=n><input type=password name=p></form>"],
    ["a form without a name", "<form method=post><input type=password name=p></form>"],
  ])("comes to %s: nothing is sent there", async (_what, page) => {
    const { gateway, error } = await failureWith({
      "/dex/auth/local/login": (_request, response) => html(response, 200, page),
    });
    expect([error.code, posts(gateway)]).toEqual(["LOGIN_PAGE_UNKNOWN", []]);
  });

  test("shows nothing secret that a page repeats, and not all of a long page", async () => {
    const { error } = await failureWith({
      "/oauth2/callback": (request, response) =>
        html(
          response,
          403,
          `<p>${password} ${request.url} ${request.headers.cookie} <b>no</b> entry</p>${"word ".repeat(5_000)}`,
        ),
    });
    expect(error.message).toContain("no entry");
    expect(error.message.length).toBeLessThan(1_500);
  });

  test("reads no page without end", async () => {
    const { error } = await failureWith({
      "/dex/auth/local/login": (_request, response) => html(response, 200, "x".repeat(3 * 1024 * 1024)),
    });
    expect(error.code).toBe("LOGIN_PAGE_UNKNOWN");
  });

  test("reads pages that are nested without end", async () => {
    const { login } = await loginWith({
      "/dex/auth/local/login": (request, response) =>
        request.method === "GET"
          ? html(response, 200, loginForm + "<div>".repeat(50_000))
          : redirect(response, "/oauth2/callback?code=code-0123456789abcdef&state=state-0123456789abcdef"),
    });
    expect((await login).cookies).toHaveLength(1);
  });

  test("gives up when the provider does not answer in time, and when the caller does", async () => {
    const gateway = await scriptedGateway({ "/dex/auth/local/login": () => undefined });
    const slow = await failureOf(logIn(`${gateway.origin}/pipeline`, {}, { timeoutMs: 100 }));
    expect([slow.code, slow.message.includes(`${gateway.origin}/dex/auth/local/login`)]).toEqual(["TIMEOUT", true]);
    const controller = new AbortController();
    const login = logIn(`${gateway.origin}/pipeline`, {}, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(login).rejects.toThrow("enough");
  });

  test("takes no cookie that would end the header, and no location that does", async () => {
    const sent: Record<string, string>[] = [];
    const pages: Transport = {
      send: async ({ headers, path }) => {
        sent.push({ ...headers });
        const cookies = ["good=1; Path=/", "bad=1\r\nx-evil: 1; Path=/", "worse=\u0000; Path=/", "snow=\u2603; Path=/"];
        return path === "/pipeline"
          ? { status: 302, headers: { location: "/dex/auth\r\nx-evil: 1", "set-cookie": cookies }, body: "" }
          : { status: 404, headers: {}, body: path };
      },
    };
    await failureOf(logIn("https://kubeflow.example.com/pipeline", {}, { transport: pages }));
    expect(sent[1]?.cookie).toBe("good=1");
    expect(JSON.stringify(sent)).not.toContain("evil");
  });

  test("says that the session is not taken where the API refuses it", async () => {
    const { error } = await failureWith({
      "/pipeline/apis/v2beta1/healthz": (_request, response) => {
        response.writeHead(401, { "content-type": "text/plain" });
        response.end("Jwt issuer is not configured");
      },
    });
    expect([error.code, error.message.includes("Jwt issuer is not configured")]).toEqual(["LOGIN_FAILED", true]);
  });
});
