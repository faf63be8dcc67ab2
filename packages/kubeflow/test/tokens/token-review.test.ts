import { createHmac, sign } from "node:crypto";
import { expect, test } from "vitest";
import type { SigningKey } from "../../src/tokens/signing-key.ts";
import {
  firstKey,
  forged,
  ISSUER,
  issuerOfTests,
  PIPELINES,
  partOf,
  secondKey,
  strangersKey,
} from "./issuer-of-tests.ts";

const ofEditor = { namespace: "team-a", serviceAccount: "default-editor", audiences: [PIPELINES] };

/** A good token, taken apart. */
async function good() {
  const made = issuerOfTests();
  const { token } = await made.issuer.issue(ofEditor);
  const payload = partOf(token, 1);
  const header = partOf(token, 0);
  const change = (claims: object, more: object = {}, key: SigningKey = firstKey) =>
    forged({ ...header, ...more }, { ...payload, ...claims }, key);
  return { ...made, token, payload, header, change, now: made.world.now / 1000 };
}

test("a good token is answered with its user, groups, id and audience", async () => {
  const { issuer, token, payload } = await good();
  expect(issuer.review(token, ["x", PIPELINES])).toEqual({
    authenticated: true,
    user: {
      username: "system:serviceaccount:team-a:default-editor",
      uid: "uid-1",
      groups: ["system:serviceaccounts", "system:serviceaccounts:team-a", "system:authenticated"],
      extra: { "authentication.kubernetes.io/credential-id": [`JTI=${payload.jti}`] },
    },
    audiences: [PIPELINES],
  });
});

// The texts are those of a Kubernetes API server (1.34); test/cluster compares them with a real one.
test("a token for another audience is refused, and says for which it is", async () => {
  const { issuer, token } = await good();
  const error = (asked: string) =>
    `[invalid bearer token, token audiences ["${PIPELINES}"] is invalid for the target audiences [${asked}]]`;
  expect(issuer.review(token, ["a", "b"])).toEqual({ user: {}, error: error('"a" "b"') });
  expect(issuer.review(token)).toEqual({ user: {}, error: error(`"${ISSUER}"`) });
});

test("an expired token says so, known or not, and one minute is granted for clocks that differ", async () => {
  const { issuer, world, token } = await good();
  world.now += 3_660_000;
  expect(issuer.review(token, [PIPELINES]).authenticated).toBe(true);
  world.now += 1000;
  const expired = { user: {}, error: "[invalid bearer token, service account token has expired]" };
  expect(issuer.review(token, [PIPELINES])).toEqual(expired);
  expect(issuer.review(token, [PIPELINES])).toEqual(expired);
});

test("a token of a deleted service account is refused at once, and so is one from before it was made anew", async () => {
  const { issuer, world, token } = await good();
  expect(issuer.review(token, [PIPELINES]).authenticated).toBe(true);
  world.accounts.delete("team-a/default-editor");
  expect(issuer.review(token, [PIPELINES]).error).toBe(
    '[invalid bearer token, serviceaccounts "default-editor" not found]',
  );
  world.add("team-a", "default-editor", "uid-2");
  expect(issuer.review(token, [PIPELINES]).error).toBe(
    "[invalid bearer token, service account UID (uid-2) does not match claim (uid-1)]",
  );
});

test("a token of a key that is accepted no more is refused, known or not", async () => {
  const { issuer, world, token } = await good();
  world.keys = [secondKey, firstKey];
  expect(issuer.review(token, [PIPELINES]).authenticated).toBe(true);
  world.keys = [secondKey];
  expect(issuer.review(token, [PIPELINES]).error).toBe("[invalid bearer token, invalid signature, no keys found]");
});

test("a token that is remembered no more is checked anew", async () => {
  const { issuer } = issuerOfTests({ rememberedTokens: 1 });
  const [first, second] = [await issuer.issue(ofEditor), await issuer.issue(ofEditor)];
  for (const { token } of [first, second, first, second]) {
    expect(issuer.review(token, [PIPELINES]).authenticated).toBe(true);
  }
});

const cryptographic = "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]";
const nobodys = "invalid bearer token";

test("what no key of ours has signed is refused", async () => {
  const { issuer, token, payload, header, change } = await good();
  const [head = "", body = "", signature = ""] = token.split(".");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signedWith = (algorithm: object, make: (signed: string) => Buffer) => {
    const signed = `${part({ ...header, ...algorithm })}.${body}`;
    return `${signed}.${make(signed).toString("base64url")}`;
  };
  const publicPem = firstKey.publicKey.export({ type: "spki", format: "pem" });
  const cases = {
    "no algorithm, no signature": [`${part({ ...header, alg: "none" })}.${body}.`, cryptographic],
    "no algorithm, a good signature": [`${part({ ...header, alg: "none" })}.${body}.${signature}`, cryptographic],
    "the public key as a shared secret": [
      signedWith({ alg: "HS256" }, (signed) => createHmac("sha256", publicPem).update(signed).digest()),
      cryptographic,
    ],
    "another algorithm": [
      signedWith({ alg: "RS512" }, (signed) => sign("RSA-SHA512", Buffer.from(signed), firstKey.privateKey)),
      cryptographic,
    ],
    "a key of somebody else": [change({}, {}, strangersKey), cryptographic],
    "a key that the token brings along": [
      change({}, { jwk: strangersKey.publicKey.export({ format: "jwk" }) }, strangersKey),
      cryptographic,
    ],
    "an unknown key": [change({}, { kid: "unknown" }), "[invalid bearer token, invalid signature, no keys found]"],
    "a critical extension": [change({}, { crit: ["x"] }), cryptographic],
    "another payload": [`${head}.${part({ ...payload, sub: "x" })}.${signature}`, cryptographic],
    "another issuer": [change({ iss: "https://example.com" }), nobodys],
    "no issuer": [change({ iss: undefined }), nobodys],
    "an issuer that is no text": [change({ iss: [ISSUER] }), nobodys],
    "a text": ["garbage", nobodys],
    "three texts": ["a.b.c", nobodys],
    // An API server takes it for nobody's, and nobody for authenticated.
    "a blank in front": [` ${token}`, nobodys],
    "four parts": [`${token}.x`, nobodys],
    padding: [`${token}==`, nobodys],
    nothing: ["", nobodys],
    "a huge one": [change({ more: "x".repeat(20_000) }), nobodys],
    "a payload that is a list": [forged(header, [], firstKey), nobodys],
  } as const;
  for (const [name, [token, error]] of Object.entries(cases)) {
    expect(issuer.review(token, [PIPELINES]), name).toEqual({ user: {}, error });
  }
});

test("a signed token with claims that Kubernetes refuses is refused with its words", async () => {
  const { issuer, change, now } = await good();
  const account = (name: string, more: object = {}) => ({
    "kubernetes.io": { namespace: "team-a", serviceaccount: { name, uid: "uid-1" }, ...more },
  });
  const cases = {
    "is not valid yet": change({ nbf: now + 61 }),
    "is issued in the future": change({ iat: now + 61 }),
    "expected number value to unmarshal NumericDate": change({ exp: "tomorrow" }),
    "resource name may not be empty": change({ "kubernetes.io": undefined }),
    'serviceaccounts "nobody" not found': change(account("nobody")),
    "service account token has been invalidated": change(account("default-editor", { pod: { name: "p", uid: "u" } })),
    [`token audiences ["${ISSUER}"] is invalid`]: change({ aud: undefined }),
  };
  for (const [error, token] of Object.entries(cases)) {
    expect(issuer.review(token, [PIPELINES]).error, error).toContain(error);
  }
});

test("a token without a key id is checked with every key, and blanks behind a token do not count", async () => {
  const { issuer, world, token, change } = await good();
  world.keys = [secondKey, firstKey];
  expect(issuer.review(change({}, { kid: undefined }), [PIPELINES]).authenticated).toBe(true);
  expect(issuer.review(`${token} \n`, [PIPELINES]).authenticated).toBe(true);
});
