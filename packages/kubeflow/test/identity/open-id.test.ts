import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { expect, test } from "vitest";
import { GATEWAY_CLIENT_ID, PUBLIC_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { ConnectorUnavailableError } from "../../src/identity/password-connector.ts";
import { CALLBACK, type ProviderUnderTest, SECRET, startProvider, USER } from "./provider-under-test.ts";
import { logInAt } from "./walk.ts";

const LOOPBACK = "http://127.0.0.1:49152/callback";
const EVERYTHING = "openid email profile groups offline_access";

async function discovered(
  under: ProviderUnderTest,
  id = PUBLIC_CLIENT_ID,
  auth: client.ClientAuth = client.None(),
): Promise<client.Configuration> {
  return client.discovery(new URL(under.issuer), id, undefined, auth, { execute: [client.allowInsecureRequests] });
}

async function toCallback(config: client.Configuration, scope = EVERYTHING, uri = LOOPBACK) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: uri,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  return { callback: await logInAt(url), checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

async function loggedIn(config: client.Configuration, scope = EVERYTHING) {
  const { callback, checks } = await toCallback(config, scope);
  return client.authorizationCodeGrant(config, callback, checks);
}

const refused = { error: "invalid_grant" };

test("a foreign client logs in with code and PKCE, and is told who it is", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const tokens = await loggedIn(config);
  const claims = tokens.claims();
  expect(claims).toMatchObject({
    iss: under.issuer,
    aud: PUBLIC_CLIENT_ID,
    email: USER.email,
    email_verified: true,
    name: USER.name,
    groups: USER.groups,
  });
  expect((claims?.exp ?? 0) - (claims?.iat ?? 0)).toBe(24 * 60 * 60);
  expect(await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? "")).toEqual({
    sub: claims?.sub,
    email: USER.email,
    email_verified: true,
    name: USER.name,
    groups: USER.groups,
  });
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  expect(refreshed.claims()).toMatchObject({ sub: claims?.sub, email: USER.email });
  expect(under.errors).toEqual([]);
});

test.for(["post", "basic"])("a confidential client shows its secret either way (%s)", async (how) => {
  await using under = await startProvider();
  const auth = how === "post" ? client.ClientSecretPost(SECRET) : client.ClientSecretBasic(SECRET);
  const config = await discovered(under, GATEWAY_CLIENT_ID, auth);
  const { callback, checks } = await toCallback(config, "openid email", CALLBACK);
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  expect(tokens.claims()).toMatchObject({ aud: GATEWAY_CLIENT_ID, email: USER.email });
  expect(tokens.claims()).not.toHaveProperty("groups");
  expect(tokens.refresh_token).toBeUndefined();
});

test("a confidential client with a wrong secret gets no token", async () => {
  await using under = await startProvider();
  const config = await discovered(under, GATEWAY_CLIENT_ID, client.ClientSecretBasic("guessed"));
  const { callback, checks } = await toCallback(config, "openid", CALLBACK);
  await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({
    status: 401,
  });
});

test("a code is good for nothing without the verifier of its challenge", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const { callback, checks } = await toCallback(config);
  const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await expect(client.authorizationCodeGrant(config, callback, wrong)).rejects.toMatchObject(refused);
});

test("a code that is used twice ends the tokens that it gave", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const { callback, checks } = await toCallback(config);
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject(refused);
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject(refused);
});

test("of two who use a code at once one gets tokens", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const { callback, checks } = await toCallback(config);
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() => client.authorizationCodeGrant(config, callback, checks)),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
});

test("a code lives for a minute", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const { callback, checks } = await toCallback(config);
  under.clock.ahead = 61_000;
  await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject(refused);
});

test("a code of one client is good for no other", async () => {
  await using under = await startProvider();
  const { callback, checks } = await toCallback(await discovered(under));
  const other = await discovered(under, GATEWAY_CLIENT_ID, client.ClientSecretPost(SECRET));
  await expect(client.authorizationCodeGrant(other, callback, checks)).rejects.toMatchObject(refused);
});

test("a refresh token that is used a second time ends all that came of it", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const first = (await loggedIn(config)).refresh_token ?? "";
  const second = (await client.refreshTokenGrant(config, first)).refresh_token ?? "";
  await expect(client.refreshTokenGrant(config, first)).rejects.toMatchObject(refused);
  await expect(client.refreshTokenGrant(config, second)).rejects.toMatchObject(refused);
});

test("of many who use a refresh token at once, one at most gets tokens", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const token = (await loggedIn(config)).refresh_token ?? "";
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => client.refreshTokenGrant(config, token)));
  expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
  expect(under.errors).toEqual([]);
});

test("a refresh token that nobody uses ends after three months", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const token = (await loggedIn(config)).refresh_token ?? "";
  under.clock.ahead = 91 * 24 * 60 * 60 * 1000;
  await expect(client.refreshTokenGrant(config, token)).rejects.toMatchObject(refused);
});

test("a refresh token can be given back", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const token = (await loggedIn(config)).refresh_token ?? "";
  await client.tokenRevocation(config, token);
  await expect(client.refreshTokenGrant(config, token)).rejects.toMatchObject(refused);
});

test("keys and refresh tokens are still there after a restart, and what was used up still is", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const tokens = await loggedIn(config);
  const second = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  await under.restart();
  const keys = createRemoteJWKSet(new URL(`${under.issuer}/keys`));
  await jwtVerify(tokens.id_token ?? "", keys, { issuer: under.issuer, audience: PUBLIC_CLIENT_ID });
  const sub = tokens.claims()?.sub ?? "";
  expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ email: USER.email });
  const third = await client.refreshTokenGrant(config, second.refresh_token ?? "");
  await expect(client.refreshTokenGrant(config, second.refresh_token ?? "")).rejects.toMatchObject(refused);
  await expect(client.refreshTokenGrant(config, third.refresh_token ?? "")).rejects.toMatchObject(refused);
});

test("a refresh asks who the user is by now", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const tokens = await loggedIn(config);
  const [connector] = under.connectors;
  if (connector === undefined) throw new Error("no connector");
  connector.account = { ...USER, groups: ["team-c"] };
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  expect(refreshed.claims()).toMatchObject({ groups: ["team-c"] });
  connector.account = undefined;
  await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? "")).rejects.toMatchObject(refused);
});

test("a refresh while the directory is down is put off, and costs no token", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const tokens = await loggedIn(config);
  const [connector] = under.connectors;
  if (connector === undefined) throw new Error("no connector");
  const { find } = connector;
  connector.find = async () => {
    throw new ConnectorUnavailableError("the directory is down");
  };
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject({
    cause: { status: 503 },
  });
  connector.find = find;
  expect((await client.refreshTokenGrant(config, tokens.refresh_token ?? "")).claims()?.email).toBe(USER.email);
});

test("an access token is signed for its client, and says as much as was asked for", async () => {
  await using under = await startProvider();
  const tokens = await loggedIn(await discovered(under), "openid email");
  const keys = createRemoteJWKSet(new URL(`${under.issuer}/keys`));
  const { payload } = await jwtVerify(tokens.access_token, keys, {
    issuer: under.issuer,
    audience: PUBLIC_CLIENT_ID,
    typ: "at+jwt",
  });
  expect(payload).toMatchObject({ sub: tokens.claims()?.sub, email: USER.email, scope: "openid email" });
  expect(payload).not.toHaveProperty("groups");
});

test("userinfo takes access tokens that are valid, and nothing else", async () => {
  await using under = await startProvider();
  const tokens = await loggedIn(await discovered(under));
  const ask = async (authorization?: string) =>
    (await fetch(`${under.issuer}/userinfo`, { headers: authorization === undefined ? {} : { authorization } })).status;
  expect(await ask(`Bearer ${tokens.access_token}`)).toBe(200);
  expect(await ask()).toBe(401);
  expect(await ask("Bearer garbage")).toBe(401);
  expect(await ask(`Bearer ${tokens.id_token}`)).toBe(401);
  expect(await ask(`Basic ${tokens.access_token}`)).toBe(401);
  expect(await ask(`Bearer ${tokens.access_token.slice(0, -6)}AAAAAA`)).toBe(401);
  under.clock.ahead = 25 * 60 * 60 * 1000;
  expect(await ask(`Bearer ${tokens.access_token}`)).toBe(401);
});

test("the discovery document names what there is, under the issuer's address whatever Host says", async () => {
  await using under = await startProvider();
  const asked = await fetch(`${under.issuer.replace("127.0.0.1", "localhost")}/.well-known/openid-configuration`, {
    headers: { origin: "https://elsewhere.example", "x-forwarded-host": "elsewhere.example" },
  });
  expect([...asked.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  expect(await asked.json()).toMatchObject({
    issuer: under.issuer,
    authorization_endpoint: `${under.issuer}/auth`,
    token_endpoint: `${under.issuer}/token`,
    jwks_uri: `${under.issuer}/keys`,
    userinfo_endpoint: `${under.issuer}/userinfo`,
    revocation_endpoint: `${under.issuer}/revoke`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    subject_types_supported: ["public"],
  });
});

test("no page of another site gets a token", async () => {
  await using under = await startProvider();
  const { callback, checks } = await toCallback(await discovered(under));
  const asked = await fetch(`${under.issuer}/token`, {
    method: "POST",
    headers: { origin: "https://elsewhere.example" },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: PUBLIC_CLIENT_ID,
      code: callback.searchParams.get("code") ?? "",
      code_verifier: checks.pkceCodeVerifier,
      redirect_uri: LOOPBACK,
    }),
  });
  expect(asked.status).toBe(400);
  expect([...asked.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  const preflight = await fetch(`${under.issuer}/token`, {
    method: "OPTIONS",
    headers: { origin: "https://elsewhere.example", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(405);
});
