import { describe, expect, test } from "vitest";
import type { StoredSession } from "../../src/index.ts";
import { browserScene as scene, until } from "../helpers/browser-scene.ts";
import { failureOf } from "../helpers/failure.ts";
import { json } from "../helpers/local-server.ts";
import { memorySessions } from "../helpers/openid-provider.ts";

describe("tokens that end", () => {
  test("are renewed a minute before, beside the calls, and the refresh token is rotated", async () => {
    const sessions = memorySessions();
    const { token, later, provider, windows } = await scene({}, { sessions });
    const first = await token();
    const kept = () => [...sessions.kept.values()][0] as StoredSession & { kind: "tokens" };
    const { refreshToken } = kept();
    later(3_539_000);
    expect(await token()).toBe(first);
    expect(provider.grants).toEqual(["authorization_code"]);
    later(2_000);
    expect(await token()).toBe(first);
    await until(() => kept().refreshToken !== refreshToken);
    const second = await token();
    expect(second).not.toBe(first);
    expect(provider.grants).toEqual(["authorization_code", "refresh_token"]);
    later(3_545_000);
    await token();
    await until(() => provider.grants.length === 3);
    expect(windows).toHaveLength(1);
  });

  test("have ended: one renewal for a hundred calls", async () => {
    const { token, later, provider, windows } = await scene();
    const first = await token();
    later(3_600_000);
    const tokens = new Set(await Promise.all(Array.from({ length: 100 }, () => token())));
    expect([...tokens]).toHaveLength(1);
    expect(tokens.has(first)).toBe(false);
    expect(provider.grants).toEqual(["authorization_code", "refresh_token"]);
    expect(windows).toHaveLength(1);
  });

  test("were refused: one renewal for all that were, and none for one that has just come", async () => {
    const { token, refused, later, provider } = await scene();
    const first = await token();
    expect(await refused(first)).toBe(false);
    later(20_000);
    expect(await Promise.all([1, 2, 3].map(() => refused(first)))).toEqual([true, true, true]);
    expect(await refused(first)).toBe(true);
    expect(provider.grants).toEqual(["authorization_code", "refresh_token"]);
    expect(await refused(await token())).toBe(false);
  });

  test("cannot be renewed any more (invalid_grant): somebody logs in again, in one window", async () => {
    const { token, later, provider, windows } = await scene();
    const first = await token();
    provider.revoke();
    later(3_600_000);
    const tokens = await Promise.all([token(), token(), token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(first);
    expect(windows).toHaveLength(2);
  });

  test("cannot be renewed any more and still serve: no window before they end", async () => {
    const { token, later, provider, windows } = await scene();
    const first = await token();
    provider.revoke();
    later(3_550_000);
    expect(await token()).toBe(first);
    await until(() => provider.grants.length === 2);
    later(20_000);
    expect(await token()).toBe(first);
    expect(windows).toHaveLength(1);
    expect(provider.grants).toHaveLength(2);
  });

  test("while the provider is down: the old one serves, then there is an error and no window, not for every call", async () => {
    const { token, later, provider, windows } = await scene();
    const first = await token();
    provider.behaviour.down = true;
    later(3_545_000);
    expect(await token()).toBe(first);
    later(60_000);
    const before = provider.received.length;
    const error = await failureOf(token());
    expect(error.code).toBe("BROWSER_LOGIN_FAILED");
    for (let call = 0; call < 5; call += 1) expect(await failureOf(token())).toBe(error);
    expect(provider.received.length - before).toBeLessThanOrEqual(2);
    provider.behaviour.down = false;
    later(10_000);
    expect(await token()).not.toBe(first);
    expect(windows).toHaveLength(1);
  });

  test("without a refresh token mean a new login when they end", async () => {
    const { token, later, windows } = await scene({ withoutRefreshToken: true });
    await token();
    later(3_599_000);
    await token();
    expect(windows).toHaveLength(1);
    later(1_000);
    await token();
    expect(windows).toHaveLength(2);
  });

  test("in the name of somebody else are not taken", async () => {
    const { token, later, provider } = await scene();
    await token();
    later(3_600_000);
    provider.behaviour.claims = { sub: "somebody-else" };
    expect((await failureOf(token())).message).toContain("somebody else");
  });

  test.each([-120, 120])("of a provider whose clock is %i seconds off serve as long as any other", async (ahead) => {
    const { token, later, windows, provider } = await scene({ ahead, life: 300 });
    const first = await token();
    later(239_000);
    expect(await token()).toBe(first);
    expect(provider.grants).toHaveLength(1);
    later(61_000);
    expect(await token()).not.toBe(first);
    expect(windows).toHaveLength(1);
  });

  test("that had ended when they came are an error about the clock", async () => {
    const { token } = await scene({ ahead: -7_200 });
    expect(await failureOf(token())).toMatchObject({
      message: expect.stringContaining("clock"),
      fix: expect.stringContaining("clock"),
    });
  });
});

describe("tokens that are kept", () => {
  test("serve the next program, which opens no window", async () => {
    const sessions = memorySessions();
    const { token, make, windows, endpoint } = await scene({}, { sessions });
    const first = await token();
    expect([...sessions.kept.keys()]).toEqual([` at ${endpoint}`]);
    expect([...sessions.kept.values()]).toMatchObject([{ kind: "tokens", accessToken: undefined }]);
    expect(await make().token()).toBe(first);
    expect(windows).toHaveLength(1);
  });

  test("of another client or issuer do not serve", async () => {
    const sessions = memorySessions();
    const { token, make } = await scene({}, { sessions });
    await token();
    expect((await failureOf(make({ clientId: "other" }).token())).message).toContain("invalid_client");
  });

  test("and renewed by another program meanwhile are taken over: its refresh token is the one that counts", async () => {
    const sessions = memorySessions();
    const { token, make, later, provider, windows } = await scene({}, { sessions });
    const other = make();
    await token();
    await other.token();
    later(3_600_000);
    const renewed = await other.token();
    expect(await token()).toBe(renewed);
    expect(provider.grants).toEqual(["authorization_code", "refresh_token"]);
    expect(windows).toHaveLength(1);
  });

  test("and renewed by another program at the same moment: what that one got is taken, without a window", async () => {
    const sessions = memorySessions();
    const { token, later, provider, make, windows } = await scene({}, { sessions });
    const other = make();
    await other.token();
    await token();
    later(3_600_000);
    let raced = false;
    provider.behaviour.token = (_form, response) => {
      if (raced) return false;
      raced = true;
      // The other one is a little faster.
      void other.token().then(() => json(response, 400, { error: "invalid_grant" }));
      return true;
    };
    const renewed = await token();
    expect(renewed).toBe(await other.token());
    expect(windows).toHaveLength(1);
  });

  test("of one endpoint are not sent to another", async () => {
    const { credentials, request, windows } = await scene();
    await credentials.headers(request());
    await credentials.headers({ ...request(), endpoint: `${request().endpoint}/other` });
    expect(windows).toHaveLength(2);
  });
});
