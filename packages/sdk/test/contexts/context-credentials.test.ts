import { describe, expect, test } from "vitest";
import { type ContextCredentials, contextCredentials, keptSessions } from "../../src/contexts/index.ts";
import type { StoredCookie, StoredSession } from "../../src/index.ts";
import { credentialsRequest } from "../helpers/credentials-request.ts";
import { ownHome } from "./home.ts";

const home = ownHome();
const endpoint = "http://127.0.0.1:8080/pipeline";
const request = credentialsRequest({ endpoint, url: `${endpoint}/apis/v2beta1/runs` });

const cookie = (value: string): StoredCookie => ({
  name: "session",
  value,
  domain: "127.0.0.1",
  hostOnly: true,
  path: "/",
  secure: false,
  httpOnly: true,
  expiresAt: undefined,
});
const session = (value: string, savedAt: number): StoredSession => ({
  kind: "cookies",
  cookies: [cookie(value)],
  savedAt,
});

/** Saves a session as `kfp-ts login` does. */
const keep = (user: string, value: string, savedAt: number): Promise<void> =>
  keptSessions(home.env())?.save({ endpoint, user }, session(value, savedAt)) ?? Promise.resolve();
const ask = (credentials?: ContextCredentials, more: Readonly<Record<string, string>> = {}) =>
  contextCredentials({ endpoint, credentials }, { env: home.env(more) });
const sent = async (credentials?: ContextCredentials, more?: Readonly<Record<string, string>>) =>
  (await ask(credentials, more))?.credentials.headers(request);

describe("where a context says nothing of credentials", () => {
  test("whoever logged in last at its endpoint asks, and where that is kept is said", async () => {
    await keep("ada", "of ada", 1);
    await keep("bob", "of bob", 2);
    expect(await sent()).toEqual({ cookie: "session=of bob" });
    expect((await ask())?.login).toMatchObject({ user: "bob", file: keptSessions(home.env())?.file });
  });

  test("nobody asks where nobody has logged in there", async () => {
    await keep("ada", "of ada", 1);
    expect(await contextCredentials({ endpoint: "https://other.example.com" }, { env: home.env() })).toBeUndefined();
  });
});

describe("a context", () => {
  test("can say whose session it is", async () => {
    await keep("ada", "of ada", 1);
    await keep("bob", "of bob", 2);
    expect(await sent({ kind: "session", username: "ada" })).toEqual({ cookie: "session=of ada" });
    expect(await ask({ kind: "session", username: "eve" })).toBeUndefined();
  });

  test("says where a token, or cookies, are: they are fetched when they are needed", async () => {
    const file = home.write("token", "t1\n");
    expect(await sent({ kind: "bearer-token", token: { file } })).toEqual({ authorization: "Bearer t1" });
    const asked = { kind: "cookies", cookies: { env: "COOKIES" } } as const;
    expect(await sent(asked, { COOKIES: "Cookie: a=1; b=2" })).toEqual({ cookie: "a=1; b=2" });
  });

  test("whose secret is not where it says fails with the place, when a call is made", async () => {
    const asker = await ask({ kind: "cookies", cookies: { env: "COOKIES" } });
    await expect(asker?.credentials.headers(request)).rejects.toMatchObject({
      code: "CREDENTIALS_FAILED",
      message: expect.stringContaining("The variable COOKIES"),
    });
  });

  test("of what Python's client has kept sends just that, and says where there is nothing", async () => {
    await expect(ask({ kind: "python" })).rejects.toMatchObject({ code: "CONTEXT_UNUSABLE" });
    home.write(".config/kfp/context.json", '{"client_authentication_cookie":"authservice_session=x"}');
    expect(await sent({ kind: "python" })).toEqual({ cookie: "authservice_session=x" });
  });
});

describe("a saved session, with nobody there to log in", () => {
  test("that is refused is not offered again, unless another program has renewed it", async () => {
    await keep("ada", "first", 1);
    const credentials = (await ask())?.credentials;
    const first = (await credentials?.headers(request)) ?? {};
    const refusal = { ...request, status: 401, sent: first };
    expect(await credentials?.refused?.(refusal)).toBe(false);
    await keep("ada", "second", 2);
    expect(await credentials?.refused?.(refusal)).toBe(true);
    expect(await credentials?.headers(request)).toEqual({ cookie: "session=second" });
  });

  test("that the gateway renews is kept, and when that is written can be waited for", async () => {
    await keep("ada", "first", 1);
    const asker = await ask();
    const headers = (await asker?.credentials.headers(request)) ?? {};
    asker?.credentials.received?.({ ...request, sent: headers, setCookies: ["session=renewed; Path=/"] });
    await Promise.resolve();
    await asker?.login?.written();
    expect(await sent()).toEqual({ cookie: "session=renewed" });
  });
});
