import { createHash } from "node:crypto";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PUBLIC_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { ConnectorUnavailableError } from "../../src/identity/password-connector.ts";
import { readForm } from "../../src/identity/read-form.ts";
import { FixedConnector, PASSWORD, type ProviderUnderTest, startProvider, USER } from "./provider-under-test.ts";
import { actionIn, post, toPage } from "./walk.ts";

let under: ProviderUnderTest;
let local: FixedConnector;

beforeAll(async () => {
  local = new FixedConnector();
  under = await startProvider({ connectors: [local, new FixedConnector("ldap", "LDAP", "Username")] });
});

afterAll(() => under[Symbol.asyncDispose]());

beforeEach(() => {
  local.instead = undefined;
  under.clock.ahead = 0;
  under.errors.length = 0;
});

function requestOf(more: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams({
    client_id: PUBLIC_CLIENT_ID,
    redirect_uri: "http://127.0.0.1:49152/callback",
    response_type: "code",
    scope: "openid email",
    state: "s",
    code_challenge: "a".repeat(43),
    code_challenge_method: "S256",
    ...more,
  });
}

async function passwordPage(connector = "local", more: Readonly<Record<string, string>> = {}) {
  const { url, page } = await toPage(new URL(`${under.issuer}/auth/${connector}?${requestOf(more)}`));
  return { page, url, action: new URL(actionIn(page), url) };
}

const right = { login: USER.email, password: PASSWORD };

test("a page loads nothing, runs nothing, is framed by nobody and kept by nobody", async () => {
  const { url } = await passwordPage();
  const asked = await fetch(url);
  const page = await asked.text();
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? "";
  const policy = asked.headers.get("content-security-policy") ?? "";
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'self' http://127.0.0.1:49152",
    "frame-ancestors 'none'",
  ]);
  expect(page).not.toMatch(/<script|\son\w+=|style="/);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  });
});

test("the password page can be filled in by people and by their password stores", async () => {
  const { page } = await passwordPage();
  expect(page).toContain('<html lang="en">');
  expect(page.match(/<h1>/g)?.length).toBe(1);
  expect(page).toContain('<label for="login">Email Address</label>');
  expect(page).toMatch(/<input id="login" name="login"[^>]* autocomplete="username"[^>]* autofocus>/);
  expect(page).toMatch(/<input id="password" name="password" type="password" autocomplete="current-password"/);
  expect((await passwordPage("ldap")).page).toContain('<label for="login">Username</label>');
});

test("a wrong password brings the form again, with the name that was typed and never the password", async () => {
  const { action } = await passwordPage();
  const answer = await post(action, { login: "somebody@example.com", password: "secret-guess" });
  const page = await answer.text();
  expect(answer.status).toBe(401);
  expect(page).toMatch(/id="fault" class="error dex-error-box" role="alert">Invalid Email Address and password\.</);
  expect(page).toContain('value="somebody@example.com"');
  expect(page.match(/aria-describedby="fault"/g)?.length).toBe(2);
  expect(page).toMatch(/<input id="password"[^>]* autofocus>/);
  expect(page).not.toContain("secret-guess");
});

test("nothing tells a name that is unknown from a password that is wrong", async () => {
  const { action } = await passwordPage();
  const pageFor = async (login: string, password: string) => {
    const answer = await post(action, { login, password });
    return `${answer.status} ${(await answer.text()).replace(/ value="[^"]*"/, "")}`;
  };
  expect(await pageFor(USER.email, "wrong")).toBe(await pageFor("nobody@example.com", "wrong"));
});

test("what somebody types is shown as text, whatever it is", async () => {
  const { action } = await passwordPage();
  const page = await (await post(action, { login: `"><script>alert(1)</script>`, password: "x" })).text();
  expect(page).not.toContain("<script");
  expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
});

test("a name that the program knows stands in the form, and the cursor in the password", async () => {
  const { page } = await passwordPage("local", { login_hint: `user@example.com"` });
  expect(page).toContain('value="user@example.com&quot;"');
  expect(page).toMatch(/<input id="password"[^>]* autofocus>/);
});

test("a login is used once: afterwards its address says kindly that it is over", async () => {
  const { action } = await passwordPage();
  expect((await post(action, right)).status).toBe(303);
  for (const answer of [await post(action, right), await fetch(action)]) {
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("Requested resource does not exist.");
  }
});

test("a double click logs in once, whichever of its answers the browser shows", async () => {
  const { action } = await passwordPage();
  // Neither password has been looked at before both are there.
  let arrived = 0;
  let go: () => void = () => undefined;
  const both = new Promise<void>((resolve) => {
    go = resolve;
  });
  local.instead = async () => {
    if (++arrived === 2) go();
    await both;
    return { outcome: "accepted", account: USER };
  };
  const answers = await Promise.all([1, 2].map(() => post(action, right)));
  const ways = answers.map((answer) => new URL(answer.headers.get("location") ?? "", under.origin).href);
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect(ways[0]).toBe(ways[1]);
  const back = await Promise.all(ways.map(async (way) => (await fetch(way, { redirect: "manual" })).status));
  expect(back.sort()).toEqual([303, 400]);
});

test("the way back to the program can be gone once, and only by whoever had the password", async () => {
  const { action, url } = await passwordPage();
  const id = url.searchParams.get("state") ?? "";
  const way = new URL((await post(action, right)).headers.get("location") ?? "", under.origin);
  for (const hmac of ["", "x".repeat(43), id]) {
    const guessed = await fetch(`${under.issuer}/auth?req=${id}&hmac=${hmac}`, { redirect: "manual" });
    expect(guessed.status).toBe(400);
  }
  expect((await fetch(way, { redirect: "manual" })).status).toBe(303);
  expect((await fetch(way, { redirect: "manual" })).status).toBe(400);
});

test("a login that takes longer than ten minutes is over", async () => {
  const { action } = await passwordPage();
  under.clock.ahead = 10 * 60 * 1000 + 1;
  expect((await post(action, right)).status).toBe(400);
});

test("a login of one connector goes through no other", async () => {
  const { action } = await passwordPage("local");
  const other = new URL(action.href.replace("/auth/local/", "/auth/ldap/"));
  expect((await post(other, right)).status).toBe(400);
});

test("after too many failures the page says how long to wait", async () => {
  const { action } = await passwordPage();
  local.instead = async () => ({ outcome: "throttled", retryAfterSeconds: 299 });
  const answer = await post(action, right);
  expect(answer.status).toBe(429);
  expect(answer.headers.get("retry-after")).toBe("299");
  expect(await answer.text()).toContain("Please wait 5 minutes and try again");
});

test("a directory that is down is no wrong password, and the log says it", async () => {
  const { action } = await passwordPage();
  local.instead = async () => {
    throw new ConnectorUnavailableError("the directory is down");
  };
  const answer = await post(action, right);
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain("Login error. Please contact your administrator or try again later.");
  expect(JSON.stringify(under.errors)).not.toContain(PASSWORD);
  expect(under.errors.length).toBe(1);
  local.instead = undefined;
  expect((await post(action, right)).status).toBe(303);
});

test.for([
  ["another site's page", { origin: "https://elsewhere.example" }],
  ["a page that hides where it is", { origin: "null" }],
  ["a page of another port of this machine", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }],
  ["another site's page, as browsers say it", { "sec-fetch-site": "cross-site" }],
] as const)("a form of %s is not taken, however right its password", async ([, headers]) => {
  const { action } = await passwordPage();
  const before = local.sources.length;
  expect((await post(action, right, headers)).status).toBe(403);
  expect(local.sources.length).toBe(before);
});

test("a form of the page itself is taken from a browser", async () => {
  const { action } = await passwordPage();
  const headers = { origin: action.origin, "sec-fetch-site": "same-origin" };
  expect((await post(action, right, headers)).status).toBe(303);
});

test("only a form is read, and not a large one", async () => {
  const { action } = await passwordPage();
  const json = await fetch(action, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(right),
  });
  expect(json.status).toBe(415);
  expect((await post(action, { ...right, more: "x".repeat(17_000) })).status).toBe(413);
  const unknownLength = await new Promise<number>((resolve, reject) => {
    const asked = request(
      action,
      { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    asked.on("error", reject);
    asked.write("login=");
    asked.end("x".repeat(17_000));
  });
  expect(unknownLength).toBe(413);
});

test("a form that does not arrive is not waited for", async () => {
  const outcomes: unknown[] = [];
  const server = createServer(async (incoming, outgoing) => {
    outcomes.push(await readForm(incoming, 20));
    outgoing.writeHead(408, { connection: "close" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": "100" };
  const status = await new Promise((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", method: "POST", headers }, ({ statusCode }) => {
      resolve(statusCode);
      asked.destroy();
    });
    asked.on("error", reject);
    asked.write("login=");
  });
  expect(status).toBe(408);
  expect(outcomes).toMatchObject([{ outcome: "refused", status: 408 }]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("with several ways to log in there is a choice, and a way back to it", async () => {
  const chooser = await toPage(new URL(`${under.issuer}/auth?${requestOf()}`));
  expect(chooser.status).toBe(200);
  expect(chooser.page).toContain("Log in with Email");
  expect(chooser.page).toContain("Log in with LDAP");
  const { page } = await passwordPage();
  expect(page).toMatch(/<a [^>]*href="\/dex\/auth\?client_id=[^"]*">Log in another way<\/a>/);
  const chosen = await toPage(new URL(`${under.issuer}/auth?${requestOf({ connector_id: "ldap" })}`));
  expect(chosen.page).toContain('<label for="login">Username</label>');
});

test("a browser is given a cookie to be known again, at the login page alone", async () => {
  const { url, action } = await passwordPage();
  const cookie = (await fetch(url)).headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^kfp_ts_device=[\w-]{22}; Path=\/dex\/auth; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
  const device = cookie.split(";", 1)[0] ?? "";
  local.sources.length = 0;
  await post(action, { ...right, password: "wrong" }, { cookie: `other=1; ${device}` });
  await post(action, { ...right, password: "wrong" }, { cookie: `${device}; kfp_ts_device=${"x".repeat(22)}` });
  expect(local.sources).toEqual([
    { address: "127.0.0.1", device: device.split("=")[1] },
    { address: "127.0.0.1", device: undefined },
  ]);
  expect((await fetch(url, { headers: { cookie: device } })).headers.get("set-cookie")).toBeNull();
});

test("what is asked for in another way than it is meant is refused, not failed", async () => {
  for (const [method, path, status] of [
    ["DELETE", "/auth", 405],
    ["PUT", "/token", 405],
    ["GET", "/token", 405],
    ["GET", "/nothing", 404],
    ["GET", "", 404],
    ["GET", "/auth/", 404],
    ["GET", "/auth/%zz/login", 400],
    ["GET", "/healthz", 200],
  ] as const) {
    expect([method, path, (await fetch(`${under.issuer}${path}`, { method })).status]).toEqual([method, path, status]);
  }
  expect(under.errors).toEqual([]);
});
