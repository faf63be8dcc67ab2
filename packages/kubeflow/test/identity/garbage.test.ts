import { connect } from "node:net";
import { expect, test } from "vitest";
import { PUBLIC_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { LoginRequests } from "../../src/identity/login-requests.ts";
import { MovedClock, type ProviderUnderTest, startProvider, USER } from "./provider-under-test.ts";
import { actionIn, post, toPage } from "./walk.ts";

/** The same numbers at every run, so that what fails can be looked at. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SCRAPS = [
  ...["", "a", "%", "%zz", "%00", "\u0000", "\r\nx: y", "%0d%0aset-cookie:a=b", "<script>", "é", "日本", "\ud83d"],
  ...["../..", "//elsewhere.example", "javascript:1", "[]", "[0]=", "=", "&&", ";", "__proto__", "constructor"],
  ...["x".repeat(3000), "9".repeat(40), "-1", "null", "undefined", "code", "openid", "http://127.0.0.1:1/", "S256"],
];
const NAMES = [
  ...["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge", "prompt", "req"],
  ...["code_challenge_method", "hmac", "back", "login", "password", "approval", "grant_type", "code", "resource"],
  ...["code_verifier", "refresh_token", "client_secret", "token", "claims", "request", "max_age", "connector_id"],
];
const PATHS = ["/auth", "/auth/local", "/auth/local/login", "/approval", "/token", "/revoke", "/userinfo", "/keys"];

test("no query and no form, however strange, is answered with a failure of the server", async () => {
  await using under = await startProvider();
  const next = numbers(20261123);
  const pick = (from: readonly string[]): string => from[next(from.length)] ?? "";
  const pairs = () => Array.from({ length: next(6) }, (): [string, string] => [pick(NAMES), pick(SCRAPS)]);
  for (let round = 0; round < 800; round++) {
    const query = new URLSearchParams(next(2) === 0 ? pairs() : [["client_id", PUBLIC_CLIENT_ID], ...pairs()]);
    const raw = next(3) === 0 ? encodeURI(pick(SCRAPS).replace(/[\ud800-\udfff]/g, "")) : "";
    const method = pick(["GET", "POST", "POST"]);
    const url = `${under.issuer}${pick(PATHS)}?${query}${raw}`;
    const answer = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        ...(next(4) === 0 && { authorization: pick(["Basic x", "Basic OjpA", "Bearer a.b.c", "Bearer", "x"]) }),
        ...(method === "POST" && {
          "content-type": pick(["application/x-www-form-urlencoded", "application/json", "multipart/form-data; x"]),
        }),
      },
      ...(method === "POST" && { body: new URLSearchParams(pairs()).toString() }),
    });
    expect(answer.status, `${method} ${url}`).toBeLessThan(500);
    await answer.arrayBuffer();
  }
  expect(under.errors).toEqual([]);
});

test("nor are bytes that no client would send", async () => {
  await using under = await startProvider();
  for (const line of [
    "GET /dex/auth?client_id=\xff\xfe HTTP/1.1",
    "GET /dex/auth/local/login?state=%ff%fe HTTP/1.1",
    "GET /dex/../dex/auth HTTP/1.1",
    "GET /dex/auth/%2e%2e%2flogin/login HTTP/1.1",
    "GET /dex?#? HTTP/1.1",
  ]) {
    expect(await exchange(under, `${line}\r\nhost: x\r\nconnection: close\r\n\r\n`), line).toMatch(
      /^HTTP\/1\.1 4\d\d /,
    );
  }
  expect(under.errors).toEqual([]);
});

test("somebody who leaves in the middle of a form is no failure", async () => {
  await using under = await startProvider();
  const { url, page } = await toPage(new URL(`${under.issuer}/auth?${authorization}`));
  const head = [
    `POST ${actionIn(page)} HTTP/1.1`,
    `host: ${url.host}`,
    "content-type: application/x-www-form-urlencoded",
    "content-length: 100",
  ];
  const socket = connect(Number(url.port), "127.0.0.1");
  await new Promise<void>((resolve) => socket.write(`${head.join("\r\n")}\r\n\r\nlogin=`, () => resolve()));
  socket.destroy();
  const answer = await post(new URL(actionIn(page), url), { login: USER.email, password: "wrong" });
  expect(answer.status).toBe(401);
  expect(under.errors).toEqual([]);
});

test("logins that nobody finishes do not pile up", () => {
  const clock = new MovedClock();
  const requests = new LoginRequests(clock, 1000);
  const asked = {
    client: { id: "c", name: "c", secret: undefined, redirectUris: [] },
    redirectUri: "http://127.0.0.1/",
    scopes: [],
    state: undefined,
    nonce: undefined,
    codeChallenge: undefined,
    loginHint: undefined,
    query: "",
  };
  const ids = Array.from({ length: 3000 }, () => requests.begin("local", asked).id);
  expect(requests.size).toBe(1000);
  expect(requests.waiting(ids[0] ?? "", "local")).toBeUndefined();
  expect(requests.waiting(ids.at(-1) ?? "", "local")).toBeDefined();
  clock.ahead = 11 * 60 * 1000;
  requests.begin("local", asked);
  expect(requests.size).toBe(1);
});

test("10,000 logins that nobody finishes take less than 50 MB", async () => {
  await using under = await startProvider();
  const used = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const { host, port } = new URL(under.origin);
  const socket = connect(Number(port), "127.0.0.1");
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject).on("data", (bytes: Buffer) => {
      seen += bytes.toString("latin1").split("HTTP/1.1 302").length - 1;
      if (seen >= 10_000) resolve();
    });
    const asked = `GET /dex/auth/local?${authorization} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
    for (let sent = 0; sent < 10_000; sent += 500) socket.write(asked.repeat(500));
  });
  socket.destroy();
  expect((used() - before) / 2 ** 20).toBeLessThan(50);
});

const authorization = new URLSearchParams({
  client_id: PUBLIC_CLIENT_ID,
  redirect_uri: "http://127.0.0.1:49152/callback",
  response_type: "code",
  scope: "openid email",
  state: "s".repeat(50),
  code_challenge: "a".repeat(43),
  code_challenge_method: "S256",
});

/** Sends bytes as they are. @returns the answer's */
function exchange({ origin }: ProviderUnderTest, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    let text = "";
    socket.on("error", reject).on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    socket.on("end", () => resolve(text));
    socket.write(Buffer.from(bytes, "latin1"));
  });
}
