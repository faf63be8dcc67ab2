import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { browserLogin, Client, nodeHttpTransport } from "../../src/index.ts";
import { claimsOf, browserScene as scene, until } from "../helpers/browser-scene.ts";
import { failureOf } from "../helpers/failure.ts";
import { certificate, closedPort, experimentOf, json, localServer } from "../helpers/local-server.ts";
import { go, memorySessions, openIdProvider, type ShownPage, visit } from "../helpers/openid-provider.ts";

describe("a login in the browser", () => {
  test("sends the id token of whoever logs in, and asks for it once", async () => {
    const { token, page, windows, provider } = await scene();
    const sent = await token();
    expect(claimsOf(sent)).toMatchObject({ email: "user@example.com", aud: "kubeflow-pipelines-sdk" });
    expect(await token()).toBe(sent);
    expect(windows).toHaveLength(1);
    expect(await page()).toMatchObject({ status: 200, text: expect.stringContaining("<h1>You are logged in</h1>") });
    const [asked] = provider.logins;
    expect(Object.fromEntries(asked?.searchParams ?? [])).toMatchObject({
      response_type: "code",
      client_id: "kubeflow-pipelines-sdk",
      scope: "openid email offline_access",
      code_challenge_method: "S256",
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      nonce: expect.stringMatching(/.{20}/),
      state: expect.stringMatching(/.{20}/),
    });
  });

  test("happens by itself when a client makes its first call, and is shared by all calls that wait", async () => {
    const { credentials, provider, windows } = await scene();
    const api = await localServer(({ headers }, response) =>
      json(response, headers.authorization?.startsWith("Bearer ey") ? 200 : 401, experimentOf("1")),
    );
    const open = (url: string) => {
      windows.push(url);
      void visit(url);
    };
    const clients = browserLogin({ issuer: `${provider.origin}/dex`, open });
    const kfp = new Client({ host: api.origin, credentials: clients, timeoutMs: 5_000 });
    const ids = await Promise.all([1, 2, 3].map(() => kfp.experiments.get("1")));
    expect(ids.map(({ experimentId }) => experimentId)).toEqual(["1", "1", "1"]);
    expect(windows).toHaveLength(1);
    expect(credentials.patienceMs).toBeGreaterThan(10_000);
  });

  test("may take longer than an attempt of the call", async () => {
    const { provider } = await scene();
    const api = await localServer((_request, response) => json(response, 200, experimentOf("1")));
    const slow = async (url: string) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      void visit(url);
    };
    const credentials = browserLogin({ issuer: `${provider.origin}/dex`, open: slow });
    const kfp = new Client({ host: api.origin, credentials, timeoutMs: 300, totalTimeoutMs: 350 });
    expect((await kfp.experiments.get("1")).experimentId).toBe("1");
  });

  test("names who has logged in, and logs in anew where it is asked to", async () => {
    const { credentials, request, endpoint, windows, provider } = await scene();
    const connection = { ...request(), endpoint };
    const identity = { user: "user@example.com", issuer: `${provider.origin}/dex` };
    expect(await credentials.logIn(connection)).toEqual(identity);
    expect(await credentials.logIn(connection)).toEqual(identity);
    expect(windows).toHaveLength(2);
  });

  test("opens the browser with an address that holds nothing of the login, and works once", async () => {
    const { token, windows, provider } = await scene();
    await token();
    const [opened = ""] = windows;
    expect(opened).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login\/[0-9a-f]{48}$/);
    for (const value of provider.logins[0]?.searchParams.values() ?? []) expect(opened).not.toContain(value);
  });

  test("listens on this machine until it is done, and no longer", async () => {
    const { token, windows } = await scene();
    await token();
    const { origin } = new URL(windows[0] ?? "");
    await expect(go(origin)).rejects.toThrow();
  });

  test("comes back to localhost where the provider takes nothing else", async () => {
    const { token, provider, windows } = await scene({}, { redirectHost: "localhost" });
    expect(await token()).toMatch(/^Bearer ey/);
    expect(windows[0]).toMatch(/^http:\/\/localhost:\d+\/login\//);
    expect(provider.logins[0]?.searchParams.get("redirect_uri")).toMatch(/^http:\/\/localhost:\d+\/callback$/);
  });

  test("tells the address where no browser can be opened, and fails at once where nobody is told", async () => {
    const open = () => Promise.reject(new Error("there is no screen"));
    const told: [string, boolean][] = [];
    const onUrl = (url: string, opened: boolean) => {
      told.push([url, opened]);
      void visit(url);
    };
    expect(await (await scene({}, { open, onUrl })).token()).toMatch(/^Bearer ey/);
    expect(told).toEqual([[expect.stringContaining("http://127.0.0.1:"), false]]);
    const error = await failureOf((await scene({}, { open })).token());
    expect(error).toMatchObject({
      code: "BROWSER_LOGIN_FAILED",
      message: expect.stringContaining("there is no screen"),
    });
    expect(error.fix).toContain("onUrl");
    const onPurpose = () => Promise.reject(Object.assign(new Error("The login has ended."), { fix: "kfp-ts login" }));
    const ended = await failureOf((await scene({}, { open: onPurpose })).token());
    expect(ended).toMatchObject({ message: "The login has ended.", fix: "kfp-ts login" });
  });

  test("goes over the client's connection: a private authority holds for the provider, too", async () => {
    const provider = await openIdProvider({}, "good");
    const open = (url: string) => void visit(url);
    const request = (ca: string | undefined) => ({
      method: "GET",
      url: provider.origin,
      endpoint: provider.origin,
      transport: nodeHttpTransport({ connectTimeoutMs: 3_000, ...(ca && { tls: { ca } }) }),
      signal: AbortSignal.timeout(10_000),
    });
    const trusted = await browserLogin({ open }).headers(request(certificate("ca")));
    expect(trusted.authorization).toMatch(/^Bearer ey/);
    const error = await failureOf(browserLogin({ open }).headers(request(undefined)) as Promise<unknown>);
    expect(error).toMatchObject({ code: "BROWSER_LOGIN_FAILED", message: expect.stringContaining("not signed by a") });
    expect(error.fix).toContain("caFile");
  });
});

describe("what can go wrong in the browser", () => {
  test("a refusal of the provider is the error, and the page says so", async () => {
    const back = (uri: URL, state: string) => {
      uri.search = new URLSearchParams({ error: "access_denied", error_description: "Not <you>.", state }).toString();
      return uri;
    };
    const { token, page } = await scene({ back });
    const error = await failureOf(token());
    expect(error).toMatchObject({
      code: "BROWSER_LOGIN_FAILED",
      message: expect.stringMatching(/refused the login: access_denied \(Not <you>\.\)\.$/),
    });
    expect((await page()).text).toContain("You are not logged in");
    expect((await page()).text).not.toContain("<you>");
  });

  test("a login that failed is not tried again by the next call; half a minute later it is", async () => {
    const { token, windows, later, provider } = await scene({
      back: (uri, state) => new URL(`?error=access_denied&state=${state}`, uri),
    });
    await failureOf(token());
    expect((await failureOf(token())).message).toContain("access_denied");
    expect(windows).toHaveLength(1);
    delete provider.behaviour.back;
    later(30_000);
    expect(await token()).toMatch(/^Bearer ey/);
    expect(windows).toHaveLength(2);
  });

  test("nobody logs in: that is an error when the time is over, and the listener is gone", async () => {
    const opened: string[] = [];
    const { token } = await scene({}, { timeoutMs: 50, open: (url) => void opened.push(url) });
    const error = await failureOf(token());
    expect(error).toMatchObject({
      code: "BROWSER_LOGIN_FAILED",
      message: expect.stringContaining("Nobody has logged in"),
    });
    await expect(go(opened[0] ?? "")).rejects.toThrow();
  });

  test("another state is not of this login, which goes on", async () => {
    const strange: ShownPage[] = [];
    const open = async (url: string) => {
      const location = new URL((await go(url)).headers.location ?? "");
      const callback = location.searchParams.get("redirect_uri") ?? "";
      strange.push(
        await visit(`${callback}?code=stolen&state=another`),
        await visit(`${callback}?error=access_denied`),
      );
      void visit(location.href);
    };
    const { token, provider } = await scene({}, { open });
    expect(await token()).toMatch(/^Bearer ey/);
    expect(strange.map(({ status }) => status)).toEqual([400, 400]);
    expect(strange[0]?.text).toContain("does not belong to the login");
    expect(provider.grants).toEqual(["authorization_code"]);
  });

  test("only a person who goes there is let in: no other name, no method, no image, frame or script", async () => {
    const seen: [string, number][] = [];
    const open = async (url: string) => {
      const { port, pathname } = new URL(url);
      const status = async (path: string, method: string, headers: Record<string, string>) =>
        (await go(`http://127.0.0.1:${port}${path}`, headers, method)).status;
      const host = `127.0.0.1:${port}`;
      seen.push(["rebound name", await status(pathname, "GET", { host: `attacker.example:${port}` })]);
      seen.push(["localhost", await status(pathname, "GET", { host: `localhost:${port}` })]);
      seen.push(["post", await status(pathname, "POST", { host })]);
      seen.push([
        "image",
        await status(pathname, "GET", { host, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }),
      ]);
      seen.push([
        "frame",
        await status(pathname, "GET", { host, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }),
      ]);
      seen.push(["guess", await status("/login/000", "GET", { host })]);
      seen.push(["elsewhere", await status("/", "GET", { host })]);
      const first = await go(url);
      seen.push(["person", first.status], ["person again", (await visit(url)).status]);
      void visit(first.headers.location ?? "");
    };
    const { token } = await scene({}, { open });
    expect(await token()).toMatch(/^Bearer ey/);
    expect(Object.fromEntries(seen)).toEqual({
      "rebound name": 421,
      localhost: 421,
      post: 405,
      image: 403,
      frame: 403,
      guess: 404,
      elsewhere: 404,
      person: 302,
      "person again": 410,
    });
  });

  test("pages have no scripts, cannot be framed, are not kept and say nothing to the next", async () => {
    const { token, page } = await scene();
    await token();
    const { headers, text } = await page();
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(text).not.toContain("<script");
  });

  test("a provider that takes the code of another one (iss), or whose token has another nonce, is not trusted", async () => {
    const nonce = await scene({ claims: { nonce: "another" } });
    expect(await failureOf(nonce.token())).toMatchObject({
      code: "BROWSER_LOGIN_FAILED",
      message: expect.stringContaining("not trusted"),
    });
    expect((await nonce.page()).text).toContain("You are not logged in");
    const audience = await scene({ claims: { aud: "somebody-else" } });
    expect((await failureOf(audience.token())).code).toBe("BROWSER_LOGIN_FAILED");
    const issuer = await scene({ claims: { iss: "https://elsewhere.example.com" } });
    expect((await failureOf(issuer.token())).code).toBe("BROWSER_LOGIN_FAILED");
  });

  test("no id token, a client that the provider does not know: each is said", async () => {
    expect((await failureOf((await scene({ withoutIdToken: true })).token())).code).toBe("BROWSER_LOGIN_FAILED");
    const unknown = await failureOf((await scene({}, { clientId: "who" })).token());
    expect(unknown).toMatchObject({
      message: expect.stringContaining("invalid_client"),
      fix: expect.stringContaining("clientId"),
    });
  });

  test("a port that is taken is named", async () => {
    const taken = await localServer((_request, response) => json(response, 200, {}));
    const error = await failureOf((await scene({}, { port: taken.port })).token());
    expect(error.message).toContain(`port ${taken.port}`);
  });

  test("no error and nothing that is shown holds a token, a code or a verifier", async () => {
    const sessions = memorySessions();
    const { token, credentials, provider, refused, later } = await scene({}, { sessions });
    const sent = await token();
    later(60_000);
    provider.behaviour.token = (_form, response) => {
      json(response, 400, { error: "server_error", error_description: "no", id_token: sent.slice(7) });
      return true;
    };
    const error = await failureOf(async () => refused(sent));
    const [, session] = [...sessions.kept][0] ?? [];
    const secrets = [sent.slice(7), session?.kind === "tokens" ? (session.refreshToken ?? "") : ""];
    for (const secret of secrets) {
      expect(secret).not.toBe("");
      expect(inspect([error, credentials], { depth: 12, showHidden: true })).not.toContain(secret);
    }
  });
});

describe("where the identity provider is", () => {
  test("a name inside the cluster is said to be one that no browser reaches", async () => {
    const { token, windows } = await scene({ issuer: () => "http://dex.auth.svc.cluster.local:5556/dex" });
    const error = await failureOf(token());
    expect(error.message).toContain("calls itself http://dex.auth.svc.cluster.local:5556/dex");
    expect(error.message).toContain("exists only inside the cluster");
    expect(error.fix).toContain("dexPassword");
    expect(windows).toEqual([]);
  });

  test("another name is not believed; the error says how to trust it", async () => {
    const { token } = await scene({ issuer: () => "https://kubeflow.example.com/dex" });
    expect((await failureOf(token())).fix).toContain('browserLogin({ issuer: "https://kubeflow.example.com/dex" })');
  });

  test("localhost and 127.0.0.1 are one machine, unless the issuer was named", async () => {
    const issuer = (origin: string) => `${origin.replace("127.0.0.1", "localhost")}/dex`;
    const { token, provider, make } = await scene({ issuer });
    expect(claimsOf(await token()).iss).toBe(issuer(provider.origin));
    const named = make({ issuer: `${provider.origin}/dex` });
    expect((await failureOf(named.token())).code).toBe("BROWSER_LOGIN_FAILED");
  });

  test.each([
    [
      "a page instead of a description",
      { metadata: () => ({ authorization_endpoint: "http://kubeflow.example.com/auth" }) },
      "neither https nor on this machine",
    ],
    ["no address for tokens", { metadata: () => ({ token_endpoint: undefined }) }, "is no URL"],
    ["a provider that is down", { down: true }, "status 503"],
  ])("%s is refused before any window is opened", async (_what, behaviour, words) => {
    const { token, windows } = await scene(behaviour);
    expect(await failureOf(token())).toMatchObject({
      code: "BROWSER_LOGIN_FAILED",
      message: expect.stringContaining(words),
    });
    expect(windows).toEqual([]);
  });

  test("one that cannot be reached is an error that says why", async () => {
    const port = await closedPort();
    const { make } = await scene();
    const error = await failureOf(make({ issuer: `http://127.0.0.1:${port}/dex` }).token());
    expect(error.message).toContain(`http://127.0.0.1:${port}/dex`);
    expect(error.message).toContain("connection refused");
  });

  test("plain http beyond this machine is refused: tokens go there", async () => {
    const { make } = await scene();
    const error = await failureOf(make({ issuer: "http://dex.example.com/dex" }).token());
    expect(error.message).toContain("neither https nor on this machine");
  });
});

describe("giving up", () => {
  test("lets the others wait on; when the last gives up, the listener is gone and the next call begins anew", async () => {
    const opened: string[] = [];
    const { token } = await scene({}, { open: (url) => void opened.push(url) });
    const [one, other] = [new AbortController(), new AbortController()];
    const calls = [token(one.signal), token(other.signal)];
    await until(() => opened.length === 1);
    one.abort(new Error("one"));
    await expect(calls[0]).rejects.toThrow("one");
    expect((await go(new URL("/", opened[0]).href)).status).toBe(404);
    other.abort(new Error("other"));
    await expect(calls[1]).rejects.toThrow("other");
    await until(() => true);
    await expect(go(opened[0] ?? "")).rejects.toThrow();
    const next = token();
    await until(() => opened.length === 2);
    void visit(opened[1] ?? "");
    expect(await next).toMatch(/^Bearer ey/);
  });
});

describe("browserLogin", () => {
  test.each([
    { issuer: "kubeflow.example.com" },
    { issuer: "https://user:secret@kubeflow.example.com/dex" },
    { clientId: "" },
    { scopes: ["email"] },
    { scopes: ["openid", "two words"] },
    { port: 70_000 },
    { redirectHost: "0.0.0.0" as never },
    { timeoutMs: 0 },
  ])("%j is refused when the credentials are made", async (options) => {
    const error = await failureOf(() => browserLogin(options));
    expect(error.code).toBe("BAD_OPTION");
    expect(error.message).not.toContain("secret");
  });
});
