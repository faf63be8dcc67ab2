import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { jsonWebKeySet } from "../../src/tokens/discovery.ts";
import { StatusError } from "../../src/tokens/status-error.ts";
import { firstKey, ISSUER, issuerOfTests, keys, PIPELINES, partOf, secondKey } from "./issuer-of-tests.ts";

const ofEditor = { namespace: "team-a", serviceAccount: "default-editor" };

test("a token has the header and the claims of one that Kubernetes makes, in its order", async () => {
  const { issuer, world } = issuerOfTests();
  const { token, expiresAt } = await issuer.issue({ ...ofEditor, audiences: [PIPELINES], expirationSeconds: 7200 });
  const iat = world.now / 1000;
  expect(partOf(token, 0)).toEqual({ alg: "RS256", kid: firstKey.id });
  expect(partOf(token, 1)).toEqual({
    aud: [PIPELINES],
    exp: iat + 7200,
    iat,
    iss: ISSUER,
    jti: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    "kubernetes.io": { namespace: "team-a", serviceaccount: { name: "default-editor", uid: "uid-1" } },
    nbf: iat,
    sub: "system:serviceaccount:team-a:default-editor",
  });
  expect(Object.keys(partOf(token, 1))).toEqual(["aud", "exp", "iat", "iss", "jti", "kubernetes.io", "nbf", "sub"]);
  expect(expiresAt).toEqual(new Date((iat + 7200) * 1000));
});

test("without an audience a token is for the issuer, without a life it lives for an hour", async () => {
  const { issuer, world } = issuerOfTests();
  const { token } = await issuer.issue(ofEditor);
  expect(partOf(token, 1)).toMatchObject({ aud: [ISSUER], exp: world.now / 1000 + 3600 });
});

test("every token has an id of its own", async () => {
  const { issuer } = issuerOfTests();
  const tokens = await Promise.all([issuer.issue(ofEditor), issuer.issue(ofEditor)]);
  expect(new Set(tokens.map(({ token }) => partOf(token, 1).jti)).size).toBe(2);
});

const refusals = [
  [599, /spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes$/],
  [-5, /Invalid value: -5: may not specify a duration less than 10 minutes$/],
  [2 ** 32 + 1, /Invalid value: 4294967297: may not specify a duration larger than 2\^32 seconds$/],
] as const;
test.each(refusals)("a life of %i seconds is refused as Kubernetes refuses it", async (expirationSeconds, message) => {
  const { issuer } = issuerOfTests();
  const outcome = issuer.issue({ ...ofEditor, expirationSeconds });
  await expect(outcome).rejects.toThrow(message);
  await expect(outcome).rejects.toMatchObject({ code: 422, reason: "Invalid" });
});

test("the shortest and the longest life are granted", async () => {
  const { issuer } = issuerOfTests();
  for (const expirationSeconds of [600, 2 ** 32]) {
    expect(await issuer.issue({ ...ofEditor, expirationSeconds })).toMatchObject({ expirationSeconds });
  }
});

test("an unknown service account or namespace is refused as Kubernetes refuses it", async () => {
  const { issuer } = issuerOfTests();
  const outcome = issuer.issue({ ...ofEditor, serviceAccount: "nobody" });
  await expect(outcome).rejects.toBeInstanceOf(StatusError);
  await expect(outcome).rejects.toMatchObject({ code: 404, message: 'serviceaccounts "nobody" not found' });
  await expect(issuer.issue({ ...ofEditor, namespace: "nowhere" })).rejects.toThrow('namespaces "nowhere" not found');
});

test("the newest key signs, and whoever has the key set can check every token", async () => {
  const { issuer, world } = issuerOfTests();
  const before = await issuer.issue(ofEditor);
  world.keys = [secondKey, firstKey];
  const after = await issuer.issue(ofEditor);
  expect(partOf(after.token, 0).kid).toBe(secondKey.id);
  const keySet = createLocalJWKSet({ keys: [...jsonWebKeySet(world.keys).keys] });
  for (const { token } of [before, after]) {
    const verified = await jwtVerify(token, keySet, {
      issuer: ISSUER,
      audience: ISSUER,
      currentDate: new Date(world.now),
    });
    expect(verified.payload.sub).toBe("system:serviceaccount:team-a:default-editor");
  }
});

test("a key set holds nothing of the private keys", () => {
  for (const key of jsonWebKeySet(keys).keys) {
    expect(Object.keys(key).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
  }
});
