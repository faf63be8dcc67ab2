import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Answer } from "./browser.ts";
import { startGateway } from "./gateway-under-test.ts";

const START = "/oauth2/start?rd=/pipeline";
const API = "/pipeline/apis/v2beta1/experiments";

/** Goes on from the password to the address of the callback, and does not go there. */
async function callbackOf(browser: ReturnType<Awaited<ReturnType<typeof startGateway>>["browser"]>, start = START) {
  const sent = await browser.sendPassword(await browser.follow(start));
  return (await browser.send(sent.headers.location ?? "")).headers.location ?? "";
}

const cookieOf = ({ setCookies }: Answer, name: string) => setCookies.find((line) => line.startsWith(`${name}=`));

test("cookies are the browser's alone: HttpOnly, SameSite=Lax, for this host, without a domain", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  const start = await browser.send(START);
  const callback = await browser.logIn(START);
  for (const line of [...start.setCookies, ...callback.setCookies]) {
    expect(line).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  }
});

test("several logins of one browser at once all come back, and leave one cookie", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  const callbacks = [
    await callbackOf(browser),
    await callbackOf(browser, "/oauth2/start?rd=/b"),
    await callbackOf(browser),
  ];
  for (let index = 0; index < 50; index++) await browser.send(START);
  expect([...browser.cookies.keys()].filter((name) => name.includes("csrf"))).toHaveLength(1);
  const answers = [];
  for (const callback of callbacks.reverse()) answers.push(await browser.send(callback));
  expect(answers.map(({ headers }) => headers.location)).toEqual(["/pipeline", "/b", "/pipeline"]);
});

test("a login is good once, in the browser that began it", async () => {
  await using under = await startGateway();
  const [browser, other] = [under.browser(), under.browser()];
  const callback = await callbackOf(browser);
  const stolen = await other.send(callback);
  expect(stolen).toMatchObject({ status: 403, body: expect.stringContaining("Unable to find a valid CSRF token") });
  await other.send(START);
  expect((await other.send(callback)).status).toBe(403);
  expect((await browser.send(callback)).status).toBe(302);
  expect((await browser.send(callback)).status).toBe(403);
  expect(other.cookies.has("oauth2_proxy_kubeflow")).toBe(false);
});

test("a login that takes too long is over, and says so on a page that begins a new one", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  const callback = await callbackOf(browser);
  under.clock.ahead += 16 * 60 * 1000;
  const late = await browser.send(callback);
  expect(late).toMatchObject({ status: 403, body: expect.stringContaining('href="/oauth2/start"') });
});

test("a new login is a new session, and ends the one that the browser had", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  await browser.logIn(START);
  const before = browser.cookies.get("oauth2_proxy_kubeflow") ?? "";
  await browser.logIn(START);
  expect(browser.cookies.get("oauth2_proxy_kubeflow")).not.toBe(before);
  const old = under.browser();
  old.cookies.set("oauth2_proxy_kubeflow", before);
  expect((await old.send(API)).status).toBe(401);
  expect(under.gateway.sessionCount()).toBe(1);
});

test("a session that somebody else put into the browser is not taken over by a login", async () => {
  await using under = await startGateway();
  const [attacker, victim] = [under.browser(), under.browser()];
  await attacker.logIn(START);
  const planted = attacker.cookies.get("oauth2_proxy_kubeflow") ?? "";
  victim.cookies.set("oauth2_proxy_kubeflow", planted);
  await victim.logIn(START);
  expect(victim.cookies.get("oauth2_proxy_kubeflow")).not.toBe(planted);
  expect((await attacker.send(API)).status).toBe(401);
});

test("nobody is sent to another site by a login, however it is asked for", async () => {
  await using under = await startGateway();
  for (const rd of ["https://evil.example/", "//evil.example/", "/\\evil.example", "/%2fevil.example"]) {
    const browser = under.browser();
    const { headers } = await browser.logIn(`/oauth2/start?${new URLSearchParams({ rd })}`);
    expect(headers.location).toBe("/");
  }
});

test("a link logs nobody out, a button does, and then the session is over on the server too", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  await browser.logIn(START);
  const before = browser.cookies.get("oauth2_proxy_kubeflow") ?? "";
  const page = await browser.send("/oauth2/sign_out");
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('method="post" action="/oauth2/sign_out"') });
  expect((await browser.send(API)).status).toBe(200);
  const origin = `http://${browser.host}`;
  const elsewhere = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };
  expect((await browser.send("/oauth2/sign_out", { method: "POST", headers: elsewhere })).status).toBe(403);
  expect((await browser.send(API)).status).toBe(200);
  const out = await browser.send("/oauth2/sign_out", {
    method: "POST",
    headers: { origin, "sec-fetch-site": "same-origin" },
  });
  expect(out).toMatchObject({ status: 200, body: expect.stringContaining("You are logged out") });
  expect(cookieOf(out, "oauth2_proxy_kubeflow")).toContain("Max-Age=0");
  browser.cookies.set("oauth2_proxy_kubeflow", before);
  expect((await browser.send(API)).status).toBe(401);
});

test("in authservice mode a program ends its session with the value of its cookie, and a person with a button", async () => {
  await using under = await startGateway({ generation: "authservice" });
  const browser = under.browser();
  await browser.logIn("/pipeline");
  const value = browser.cookies.get("authservice_session") ?? "";
  const headers = { authorization: `Bearer ${value}` };
  const out = await under.browser().send("/authservice/logout", { method: "POST", headers });
  expect(out).toMatchObject({ status: 201, body: '{"afterLogoutURL":"/"}' });
  expect((await browser.send(API)).status).toBe(302);
  await browser.logIn("/pipeline");
  expect((await browser.send("/authservice/logout", { method: "POST" })).status).toBe(200);
  expect((await browser.send(API)).status).toBe(302);
});

test.each(["oauth2-proxy", "authservice"] as const)(
  "a restart throws nobody out, and ends no login: %s",
  async (generation) => {
    await using under = await startGateway({ generation });
    const start = generation === "authservice" ? "/pipeline" : START;
    const browser = under.browser();
    await browser.logIn(start);
    const cookies = new Map(browser.cookies);
    await under.restart();
    const again = under.browser();
    for (const [name, value] of cookies) again.cookies.set(name, value);
    expect(await again.send(API)).toMatchObject({ status: 200, body: '{"user":"user@example.com"}' });
  },
);

test("a session ends with its time at once, without waiting and without throwing out others", async () => {
  for (const generation of ["oauth2-proxy", "authservice"] as const) {
    await using under = await startGateway({ generation });
    const browser = under.browser();
    await browser.logIn(generation === "authservice" ? "/pipeline" : START);
    under.clock.ahead += 24 * 60 * 60 * 1000 + 1000;
    expect((await browser.send(API)).status).toBe(generation === "authservice" ? 302 : 401);
    await browser.logIn(generation === "authservice" ? "/pipeline" : START);
    expect((await browser.send(API)).status).toBe(200);
  }
});

test("where the identity provider is down whoever is logged in stays so, others are told, and it is asked again", async () => {
  const issuer = "http://127.0.0.1:9";
  await using under = await startGateway({ provider: { issuer, clientId: "gateway", clientSecret: "secret" } });
  const answer = await under.browser().send(START);
  expect(answer).toMatchObject({ status: 503, body: expect.stringContaining("The identity provider does not answer") });
  expect(answer.headers["retry-after"]).toBe("5");
  expect((await under.browser().send("/pipeline")).status).toBe(403);
});

test.skipIf(!existsSync("/dev/full"))("on a full disk a login says so on its page, and throws nobody out", async () => {
  await using under = await startGateway();
  const first = under.browser();
  await first.logIn(START);
  await under.restart();
  const [again, second] = [under.browser(), under.browser()];
  for (const [name, value] of first.cookies) again.cookies.set(name, value);
  const file = join(under.dataDirectory, "sessions.jsonl");
  rmSync(file);
  symlinkSync("/dev/full", file);
  expect(await second.logIn(START)).toMatchObject({
    status: 507,
    body: expect.stringContaining("perhaps its disk is full"),
  });
  expect((await second.send(API)).status).toBe(401);
  expect((await again.send(API)).status).toBe(200);
});
