import * as client from "openid-client";
import { expect, test } from "vitest";
import { GATEWAY_CLIENT_ID, PUBLIC_CLIENT_ID } from "../../src/identity/identity-provider.ts";
import { CALLBACK, PASSWORD, type ProviderUnderTest, SECRET, startProvider, USER } from "./provider-under-test.ts";

const LOOPBACK = "http://127.0.0.1:49152/callback";

/** Walks a login as a program does that fills in forms. @returns where it is called back */
async function walk(start: URL, password = PASSWORD): Promise<URL> {
  let url = start;
  for (let hop = 0; hop < 10; hop++) {
    const asked = await fetch(url, { redirect: "manual" });
    const location = asked.headers.get("location");
    if (location !== null) {
      url = new URL(location, url);
      if (url.searchParams.has("code") || url.searchParams.has("error")) return url;
      continue;
    }
    expect(asked.status).toBe(200);
    const action = /action="([^"]+)"/.exec(await asked.text())?.[1]?.replaceAll("&amp;", "&") ?? "";
    const posted = await fetch(new URL(action, url), {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ login: USER.email, password }),
    });
    expect(posted.status).toBe(303);
    url = new URL(posted.headers.get("location") ?? "", url);
  }
  throw new Error("it goes round and round");
}

async function discovered(under: ProviderUnderTest, id = PUBLIC_CLIENT_ID): Promise<client.Configuration> {
  const auth = id === PUBLIC_CLIENT_ID ? client.None() : client.ClientSecretPost(SECRET);
  return client.discovery(new URL(under.issuer), id, undefined, auth, { execute: [client.allowInsecureRequests] });
}

async function logIn(
  config: client.Configuration,
  scope = "openid email profile groups offline_access",
  uri = LOOPBACK,
) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: uri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const callback = await walk(url);
  return { callback, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } };
}

test("a foreign client logs in with code and PKCE, and is told who it is", async () => {
  await using under = await startProvider();
  const config = await discovered(under);
  const { callback, checks } = await logIn(config);
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
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
  expect(tokens.refresh_token).toBeDefined();
  const info = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? "");
  expect(info).toEqual({
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

test.for(["post", "basic"])("a confidential client logs in with its secret (%s)", async (how) => {
  await using under = await startProvider();
  const auth = how === "post" ? client.ClientSecretPost(SECRET) : client.ClientSecretBasic(SECRET);
  const config = await client.discovery(new URL(under.issuer), GATEWAY_CLIENT_ID, undefined, auth, {
    execute: [client.allowInsecureRequests],
  });
  const { callback, checks } = await logIn(config, "openid email", CALLBACK);
  const tokens = await client.authorizationCodeGrant(config, callback, checks);
  expect(tokens.claims()).toMatchObject({ aud: GATEWAY_CLIENT_ID, email: USER.email });
  expect(tokens.claims()).not.toHaveProperty("groups");
  expect(tokens.refresh_token).toBeUndefined();
});
