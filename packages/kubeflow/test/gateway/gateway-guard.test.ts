import { expect, test } from "vitest";
import { startGateway } from "./gateway-under-test.ts";

const START = "/oauth2/start?rd=/pipeline";
const API = "/pipeline/apis/v2beta1/experiments";
const OWN = [
  "/pipeline",
  API,
  START,
  "/oauth2/callback",
  "/oauth2/sign_out",
  "/oauth2/userinfo",
  "/dex/auth",
  "/dex/token",
];

test("a name that somebody has had pointed here is refused on every path", async () => {
  await using under = await startGateway();
  const browser = under.browser("evil.example:8080");
  for (const path of OWN) expect((await browser.send(path)).status, path).toBe(421);
  const allowed = await startGateway({ allowedHosts: ["evil.example"] });
  expect((await allowed.browser("evil.example").send("/pipeline")).status).toBe(403);
  await allowed[Symbol.asyncDispose]();
});

test("a page of another site gets nowhere, logged in or not", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  await browser.logIn(START);
  under.visits.length = 0;
  for (const headers of [{ origin: "http://evil.example" }, { "sec-fetch-site": "cross-site" }, { origin: "null" }]) {
    for (const path of OWN) {
      for (const method of ["GET", "POST"]) {
        expect((await browser.send(path, { method, headers })).status, `${method} ${path}`).toBe(403);
      }
    }
  }
  expect(under.visits).toEqual([]);
});

test("a page that may use the API has no business with logins", async () => {
  await using under = await startGateway({ allowOrigins: ["https://portal.example"] });
  const browser = under.browser();
  await browser.logIn(START);
  const headers = { origin: "https://portal.example", "sec-fetch-site": "cross-site" };
  expect((await browser.send(API, { headers })).status).toBe(200);
  for (const path of ["/oauth2/start", "/oauth2/sign_out", "/oauth2/userinfo", "/dex/auth"]) {
    expect((await browser.send(path, { headers })).status, path).toBe(403);
  }
});

test("an identity provider elsewhere may send a person's window back, and nothing else may come from there", async () => {
  const provider = { issuer: "http://127.0.0.1:9", clientId: "gateway", clientSecret: "secret" };
  await using under = await startGateway({ provider });
  const window = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  const script = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
  const status = async (path: string, headers: Record<string, string>) =>
    (await under.browser().send(path, { headers })).body;
  expect(await status("/oauth2/callback?code=a&state=b", window)).toContain("Unable to find a valid CSRF token");
  expect(await status("/oauth2/callback?code=a&state=b", script)).toContain("may not use this server");
  expect(await status("/pipeline", window)).toContain("may not use this server");
});

test("what a request says of its user counts for nothing", async () => {
  await using under = await startGateway();
  const headers = {
    "kubeflow-userid": "admin@example.com",
    "x-auth-request-email": "admin@example.com",
    "x-forwarded-user": "admin@example.com",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
  };
  expect((await under.browser().send(API, { headers })).status).toBe(401);
  const browser = under.browser();
  await browser.logIn(START);
  expect((await browser.send(API, { headers })).body).toBe('{"user":"user@example.com"}');
  expect((await browser.send(START, { headers })).setCookies.join()).not.toContain("Secure");
});

test("pages and refusals protect themselves: no scripts, no frames, no copies", async () => {
  await using under = await startGateway();
  for (const path of ["/pipeline", "/oauth2/sign_in", "/oauth2/callback", "/oauth2/sign_out", START]) {
    const { headers, body } = await under.browser().send(path);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers["cache-control"]).toContain("no-store");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(body).not.toContain("<script");
  }
});

test("nothing that is typed into an address stands in a page as HTML", async () => {
  await using under = await startGateway();
  const evil = `"><img src=x onerror=alert(1)>`;
  for (const path of [
    `/pipeline/${encodeURIComponent(evil)}?x=%22%3E%3Cimg`,
    `/oauth2/sign_in?${new URLSearchParams({ rd: `/${evil}` })}`,
    `/oauth2/callback?${new URLSearchParams({ error: evil, state: "x" })}`,
    `/oauth2/sign_out?${new URLSearchParams({ rd: evil })}`,
  ]) {
    expect((await under.browser().send(path)).body).not.toContain("<img");
  }
});

test("a whole address is asked for as its path is, where it has a name of ours", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  expect((await browser.send(`http://${browser.host}/dex/.well-known/openid-configuration`)).status).toBe(200);
  expect((await browser.follow(`http://${browser.host}/oauth2/start`)).status).toBe(200);
  expect((await browser.send("http://evil.example/dex/.well-known/openid-configuration")).status).toBe(421);
});

test("who is let in by a path cannot be somewhere else by its spelling", async () => {
  await using under = await startGateway();
  for (const path of [
    "/dex/../pipeline/apis/v2beta1/experiments",
    "/oauth2/callback/../../pipeline/apis/x",
    "//dex/auth",
    "/DEX/auth",
    "/dex",
    "/oauth2/",
    "http://localhost/pipeline/apis/x",
    "/pipeline;/dex/",
  ]) {
    await under.browser().send(path);
  }
  expect(under.visits).toEqual([]);
});
