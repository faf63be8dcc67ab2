import { silentLog } from "@kfp-ts/server/ports";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import { BearerTokens } from "../../src/gateway/bearer/bearer-tokens.ts";
import { issuerSpellings } from "../../src/gateway/bearer/issuer-spellings.ts";
import { ProviderTokens } from "../../src/gateway/bearer/provider-tokens.ts";

const ISSUER = "https://accounts.example.com";
const NOW = Date.UTC(2026, 0, 1);
const { publicKey, privateKey } = await generateKeyPair("RS256");
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }] };

const tokens = new ProviderTokens({
  issuer: ISSUER,
  audiences: ["kubeflow"],
  keysUrl: async () => `${ISSUER}/keys`,
  fetch: async () => Response.json(keys),
  clock: { now: () => NOW },
  log: silentLog,
});

const signed = (claims: JWTPayload, header: { alg: string; kid?: string } = { alg: "RS256", kid: "one" }) =>
  new SignJWT({
    iss: ISSUER,
    aud: "kubeflow",
    sub: "admin@example.com",
    email: "user@example.com",
    exp: NOW / 1000 + 60,
    ...claims,
  }).setProtectedHeader(header);

const check = async (claims: JWTPayload) => tokens.check(await signed(claims).sign(privateKey));

test("a token says who somebody is by an e-mail address", async () => {
  expect(await check({})).toMatchObject({ user: "user@example.com" });
  expect(await check({ email_verified: true })).toMatchObject({ user: "user@example.com" });
});

test.each([
  ["an address that has not been verified", { email_verified: false }],
  ["the same, written as text", { email_verified: "false" }],
  ["no address, whatever its sub is", { email: undefined }],
  ["an address that is none", { email: ["admin@example.com"] }],
  ["an address that would be more than one header", { email: "user@example.com\r\nx: y" }],
  ["the name of a service account", { email: "system:serviceaccount:kubeflow:ml-pipeline" }],
])("a token with %s lets nobody in, as a login with it does not", async (_what, claims) => {
  expect(await check(claims)).toBe("Jwt verification fails");
});

test.each([
  ["of another client", { aud: "another" }, "Audiences in Jwt are not allowed"],
  ["of no client", { aud: undefined }, "Audiences in Jwt are not allowed"],
  ["that is over for more than a minute", { exp: NOW / 1000 - 61 }, "Jwt is expired"],
  ["that never ends", { exp: undefined }, "Jwt verification fails"],
  ["that is not yet good", { nbf: NOW / 1000 + 61 }, "Jwt not yet valid"],
  ["of another issuer", { iss: "https://elsewhere.example.com" }, "Jwt verification fails"],
])("a token %s lets nobody in", async (_what, claims, fault) => {
  expect(await check(claims as JWTPayload)).toBe(fault);
});

test("a token that is signed with the public key as a secret lets nobody in", async () => {
  const secret = new TextEncoder().encode(await exportSPKI(publicKey));
  for (const kid of ["one", undefined]) {
    const token = await signed({}, { alg: "HS256", ...(kid && { kid }) }).sign(secret);
    expect(await tokens.check(token)).toBe("Jwt verification fails");
  }
});

test("a token that is signed with a key of its own lets nobody in, even where it brings that key", async () => {
  const own = await generateKeyPair("RS256");
  const jwk = await exportJWK(own.publicKey);
  const header = { alg: "RS256", kid: "one", jwk };
  expect(await tokens.check(await signed({}, header).sign(own.privateKey))).toBe("Jwt verification fails");
  expect(await tokens.check(await signed({}, { alg: "RS256", kid: "two" }).sign(own.privateKey))).toBe(
    "Jwks doesn't have key to match kid or alg from Jwt",
  );
});

test("an issuer without a path is the same with a slash at the end and without, and no other is", async () => {
  const bearer = new BearerTokens({ issuer: ISSUER, provider: tokens });
  for (const iss of [ISSUER, `${ISSUER}/`]) {
    const token = await signed({ iss }).sign(privateKey);
    expect(await bearer.check(token)).toEqual({ user: "user@example.com", token });
  }
  const elsewhere = await signed({ iss: `${ISSUER}//` }).sign(privateKey);
  expect(await bearer.check(elsewhere)).toBe("Jwt issuer is not configured");
  expect(issuerSpellings("https://example.com/dex")).toEqual(["https://example.com/dex"]);
});
