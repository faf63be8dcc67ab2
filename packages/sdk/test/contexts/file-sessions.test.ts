import { chmodSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fileSessions, LoginError, type StoredSession } from "../../src/index.ts";
import type { LogIn } from "../../src/login/log-in.ts";
import { LoginSession } from "../../src/sessions/login-session.ts";
import { credentialsRequest } from "../helpers/credentials-request.ts";
import { ownHome } from "./home.ts";

const home = ownHome();
const endpoint = "http://127.0.0.1:8080/pipeline";
const request = credentialsRequest({ endpoint, url: `${endpoint}/apis/v2beta1/runs` });
const key = { endpoint, user: "ada" };
const open = () => fileSessions({ file: home.path("state/sessions.json") });
const session = (value: string): StoredSession => ({ kind: "cookies", cookies: [cookieOf(value)], savedAt: 1 });

function cookieOf(value: string) {
  const rest = { hostOnly: true, path: "/", secure: false, httpOnly: true, expiresAt: undefined };
  return { name: "session", value, domain: "127.0.0.1", ...rest };
}

/** Programs that find the same place for sessions, and log in in a way that counts. */
function programs(logIn: (secret: string) => void, now: () => number = () => 1_000_000) {
  let logins = 0;
  const start = (secret: string): LoginSession => {
    const once: LogIn = async ({ beforeSecret }) => {
      await beforeSecret?.(secret);
      logins += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      logIn(secret);
      return { cookies: [cookieOf(`s${logins}`)] };
    };
    return new LoginSession({ logIn: once, user: "ada", sessions: open(), now });
  };
  return { start, logins: () => logins };
}

const refuse = (): never => {
  throw new LoginError("LOGIN_REFUSED", { message: "login: refused" }, []);
};

describe("sessions in a file", () => {
  test("are there for the next program, in a file that nobody else can read", async () => {
    await open().save(key, session("one"));
    expect(await open().load(key)).toEqual(session("one"));
    expect(await open().load({ ...key, user: "bob" })).toBeUndefined();
    if (process.platform !== "win32") expect(statSync(home.path("state/sessions.json")).mode & 0o777).toBe(0o600);
    await open().delete(key);
    expect(await open().load(key)).toBeUndefined();
  });

  test("lose none of those that are saved at the same time", async () => {
    const users = Array.from({ length: 10 }, (_, index) => `user${index}`);
    await Promise.all(users.map((user) => open().save({ endpoint, user }, session(user))));
    for (const user of users) expect(await open().load({ endpoint, user })).toEqual(session(user));
  });

  // Windows has no such rights.
  test.skipIf(process.platform === "win32")("are not taken from a file that others can read", async () => {
    await open().save(key, session("one"));
    chmodSync(home.path("state/sessions.json"), 0o640);
    await expect(open().load(key)).rejects.toMatchObject({
      code: "FILE_UNREADABLE",
      fix: expect.stringContaining(`chmod 600 ${home.path("state/sessions.json")}`),
    });
  });

  test("that cannot be written are a setup error of their own", async () => {
    home.write("state", "");
    await expect(open().save(key, session("one"))).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  });
});

describe("programs that log in with the same sessions at the same time", () => {
  test("are one login", async () => {
    const { start, logins } = programs(() => undefined);
    const cookies = await Promise.all(Array.from({ length: 10 }, () => start("right").headers(request)));
    expect(cookies).toEqual(Array(10).fill({ cookie: "session=s1" }));
    expect(logins()).toBe(1);
  });

  test("are one login when a session has ended", async () => {
    const { start, logins } = programs(() => undefined);
    const all = Array.from({ length: 10 }, () => start("right"));
    const [sent = {}] = await Promise.all(all.map((one) => one.headers(request)));
    // The one that has just made it takes a refusal for what it is; all others see the end of a session.
    const late = Array.from({ length: 10 }, () => start("right"));
    await Promise.all(late.map((one) => one.headers(request)));
    const refusals = await Promise.all(late.map((one) => one.refused({ ...request, status: 401, sent })));
    expect(refusals).toEqual(Array(10).fill(true));
    expect(logins()).toBe(2);
  });

  test("with a wrong password are one refusal; it rests, then is tried once more, and another one at once", async () => {
    let now = 1_000_000;
    const { start, logins } = programs(
      (secret) => secret === "wrong" && refuse(),
      () => now,
    );
    const codeOf = (program: LoginSession): Promise<unknown> =>
      program.headers(request).then(
        () => "in",
        (error: { readonly code: unknown }) => error.code,
      );
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(start("wrong"))));
    expect(codes.sort()).toEqual([...Array(9).fill("LOGIN_PAUSED"), "LOGIN_REFUSED"]);
    expect(home.read("state/refused-passwords.json")).not.toContain("wrong");
    now += 4 * 60_000;
    expect([await codeOf(start("wrong")), logins()]).toEqual(["LOGIN_PAUSED", 1]);
    now += 61_000;
    expect([await codeOf(start("wrong")), logins()]).toEqual(["LOGIN_REFUSED", 2]);
    // Twice as long the second time, as within one program.
    now += 6 * 60_000;
    expect([await codeOf(start("wrong")), logins()]).toEqual(["LOGIN_PAUSED", 2]);
    expect([await codeOf(start("right")), logins()]).toEqual(["in", 3]);
    await open().delete(key);
    expect([await codeOf(start("wrong")), logins()]).toEqual(["LOGIN_REFUSED", 4]);
  });

  test("log in all the same where nothing can be kept", async () => {
    home.write("state", "");
    const { start } = programs(() => undefined);
    expect(await start("right").headers(request)).toEqual({ cookie: "session=s1" });
  });
});
