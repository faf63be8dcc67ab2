import { expect, test } from "vitest";
import { startGateway } from "./gateway-under-test.ts";

const START = "/oauth2/start?rd=/pipeline";
const API = "/pipeline/apis/v2beta1/experiments";
const NAME = "oauth2_proxy_kubeflow";

test("of two cookies of the same name the first good one counts", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  await browser.logIn(START);
  const value = browser.cookies.get(NAME) ?? "";
  const ask = (cookie: string) => under.browser().send(API, { headers: { cookie } });
  expect((await ask(`${NAME}=garbage; ${NAME}=${value}`)).status).toBe(200);
  expect((await ask(`${NAME}=${value}; ${NAME}=garbage`)).status).toBe(200);
  expect((await ask(`${Array.from({ length: 100 }, () => `${NAME}=x`).join("; ")}`)).status).toBe(401);
});

test.each([
  ["nothing", ""],
  ["dots", "..."],
  ["other characters", "ü%00%0d%0a"],
  ["a very long value", "x".repeat(20_000)],
  ["a number of the key alone", "1"],
  ["brackets", '{"user":"user@example.com"}'],
])("a cookie of %s is taken away and lets nobody in", async (_what, value) => {
  await using under = await startGateway();
  const cookie = `${NAME}=${Buffer.from(value).toString("latin1")}`;
  const answer = await under.browser().send("/pipeline", { headers: { cookie } });
  expect(answer.status).toBe(403);
  expect(answer.setCookies).toEqual([`${NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`]);
  expect(under.visits).toEqual([]);
});

test("the session of one host's cookie is good under its other names, and other cookies are in nobody's way", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  await browser.logIn(START);
  const other = under.browser(`127.0.0.1:${under.gateway.port}`);
  for (let index = 0; index < 20; index++) other.cookies.set(`j${index}`, "x".repeat(1000));
  other.cookies.set(NAME, browser.cookies.get(NAME) ?? "");
  expect((await other.send(API)).status).toBe(200);
});

test("cookies that are too large are answered with 431, as an Envoy does", async () => {
  await using under = await startGateway();
  const answer = await under.browser().send(API, { headers: { cookie: `a=${"x".repeat(70_000)}` } });
  expect(answer).toMatchObject({ status: 431, body: "Request Header Fields Too Large" });
  expect(answer.headers["content-type"]).toBe("text/plain");
});

test("a browser that begins ten thousand logins sends no more than one does", async () => {
  await using under = await startGateway();
  const browser = under.browser();
  await browser.send(START);
  const length = [...browser.cookies.values()].join("").length;
  for (let index = 0; index < 200; index++) await browser.send(START);
  expect([...browser.cookies.values()].join("").length).toBe(length);
});
