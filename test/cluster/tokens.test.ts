import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  generateSigningKey,
  jsonWebKeySet,
  openIdConfiguration,
  readSigningKey,
  TokenIssuer,
  type TokenReviewStatus,
} from "@kfp-ts/kubeflow";
import { type Kubernetes, kubernetesFromKubeconfig } from "@kfp-ts/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, createToken, kubeconfig, kubectl } from "./support/cluster.ts";

const ISSUER = "https://kubernetes.default.svc";
const PIPELINES = "pipelines.kubeflow.org";
// Of its own for each run: service accounts are deleted, and API servers remember what they have looked up.
const namespace = `t-tokens-${Date.now().toString(36)}`;
const account = (name: string) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
const uidOf = async (name: string) =>
  (await kubectl(["get", "serviceaccount", name, "-n", namespace, "-o", "jsonpath={.metadata.uid}"])).trim();

const clusterKey = () => readSigningKey(readFileSync(join(dirname(kubeconfig()), "sa.key"), "utf8"));
const accounts = new Map<string, { namespace: string; name: string; uid: string }>();
let kubernetes: Kubernetes;
/** Ours, with the key and the service accounts of the cluster: both see the same tokens. */
let issuer: TokenIssuer;

beforeAll(async () => {
  kubernetes = await kubernetesFromKubeconfig({ kubeconfig: kubeconfig(), env: {} });
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, account("default-editor"));
  accounts.set("default-editor", { namespace, name: "default-editor", uid: await uidOf("default-editor") });
  const keys = [clusterKey()];
  issuer = new TokenIssuer({
    issuer: ISSUER,
    keys: () => keys,
    clock: { now: Date.now },
    serviceAccounts: {
      find: (inNamespace, name) => (inNamespace === namespace ? accounts.get(name) : undefined),
      hasNamespace: (name) => name === namespace,
    },
  });
});
afterAll(async () => {
  kubernetes.close();
  await kubectl(["delete", "namespace", namespace, "--wait=false"]);
});

/** What the API server answers, as it stands in the answer. */
async function reviewed(token: string, audiences?: readonly string[]): Promise<TokenReviewStatus> {
  const { status } = await kubernetes.call<{ readonly status: TokenReviewStatus }>({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/tokenreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token, audiences } },
  });
  return status;
}

async function expectSame(token: string, audiences?: readonly string[]): Promise<TokenReviewStatus> {
  const real = await reviewed(token, audiences);
  expect(issuer.review(token, audiences)).toEqual(real);
  return real;
}

const part = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function signed(header: object, payload: unknown, key: KeyObject = clusterKey().privateKey): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

test("a token of ours has the header and the claims of a real one, and both accept either", async () => {
  const real = await createToken(namespace, "default-editor");
  const { token: ours } = await issuer.issue({ namespace, serviceAccount: "default-editor", audiences: [PIPELINES] });
  const varying = {
    exp: expect.any(Number),
    iat: expect.any(Number),
    nbf: expect.any(Number),
    jti: expect.any(String),
  };
  expect(part(ours, 0)).toEqual(part(real, 0));
  expect({ ...part(ours, 1), ...varying }).toEqual({ ...part(real, 1), ...varying });
  const lifetime = ({ exp, iat, nbf }: Record<string, unknown>) => [
    Number(exp) - Number(iat),
    Number(iat) - Number(nbf),
  ];
  expect(lifetime(part(ours, 1))).toEqual(lifetime(part(real, 1)));
  expect(Object.keys(part(ours, 1))).toEqual(Object.keys(part(real, 1)));
  for (const token of [real, ours]) expect((await expectSame(token, [PIPELINES])).authenticated).toBe(true);
});

test("the API server's key set is the one that we make of its key", async () => {
  const real: unknown = JSON.parse(await kubectl(["get", "--raw", "/openid/v1/jwks"]));
  expect(jsonWebKeySet([clusterKey()])).toEqual(real);
  const document = await kubernetes.call<{ jwks_uri: string }>({
    method: "GET",
    path: "/.well-known/openid-configuration",
  });
  expect(openIdConfiguration(ISSUER, document.jwks_uri)).toEqual(document);
});

test("a token of a key that the cluster does not have is refused by both", async () => {
  const own = [readSigningKey(await generateSigningKey())];
  const ownIssuer = new TokenIssuer({
    issuer: ISSUER,
    keys: () => own,
    clock: { now: Date.now },
    serviceAccounts: { find: (_, name) => accounts.get(name), hasNamespace: () => true },
  });
  const { token } = await ownIssuer.issue({ namespace, serviceAccount: "default-editor", audiences: [PIPELINES] });
  expect(ownIssuer.review(token, [PIPELINES]).authenticated).toBe(true);
  expect((await expectSame(token, [PIPELINES])).error).toContain("no keys found");
});

test("requests for tokens are refused in the API server's words", async () => {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default-editor/token`;
  for (const expirationSeconds of [599, -5, 2 ** 32 + 1]) {
    const real = await kubernetes
      .call({ method: "POST", path, body: { spec: { expirationSeconds } } })
      .catch((error: Error) => error.message);
    const ours = await issuer
      .issue({ namespace, serviceAccount: "default-editor", expirationSeconds })
      .catch((error: Error) => error.message);
    expect(real).toContain(ours);
  }
  const unknown = { namespace, serviceAccount: "nobody" };
  const real = await kubernetes
    .call({ method: "POST", path: path.replace("default-editor", "nobody"), body: {} })
    .catch((error: Error) => error.message);
  expect(real).toContain(await issuer.issue(unknown).catch((error: Error) => error.message));
});

describe("both answer the same to", () => {
  test("audiences asked for in any way", async () => {
    const one = await createToken(namespace, "default-editor");
    for (const asked of [[PIPELINES], ["x", PIPELINES], [PIPELINES, PIPELINES], [ISSUER], ["a", "b"], [], undefined]) {
      await expectSame(one, asked);
    }
    const { token } = await issuer.issue({ namespace, serviceAccount: "default-editor" });
    for (const asked of [undefined, [ISSUER], [PIPELINES], [PIPELINES, ISSUER]]) await expectSame(token, asked);
    const both = { namespace, serviceAccount: "default-editor", audiences: [PIPELINES, "z"] };
    expect((await expectSame((await issuer.issue(both)).token, ["z", "q", PIPELINES])).audiences).toHaveLength(2);
  });

  test("what is no good token", async () => {
    const good = await createToken(namespace, "default-editor");
    const [head = "", body = "", signature = ""] = good.split(".");
    const header = part(good, 0);
    const payload = part(good, 1);
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const now = Math.floor(Date.now() / 1000);
    const kubernetesClaim = payload["kubernetes.io"] as { serviceaccount: object };
    const withAccount = (serviceaccount: object, more: object = {}) => ({
      ...payload,
      "kubernetes.io": { ...kubernetesClaim, serviceaccount, ...more },
    });
    const hmac = `${encoded({ ...header, alg: "HS256" })}.${body}`;
    const pem = clusterKey().publicKey.export({ type: "spki", format: "pem" });
    const expired = { exp: now - 100, iat: now - 4000, nbf: now - 4000 };
    const cases: Readonly<Record<string, string>> = {
      garbage: "garbage",
      "three texts": "a.b.c",
      "four parts": `${good}.x`,
      padding: `${good}==`,
      "no algorithm": `${encoded({ ...header, alg: "none" })}.${body}.`,
      "no algorithm, a signature": `${encoded({ ...header, alg: "none" })}.${body}.${signature}`,
      "the public key as a secret": `${hmac}.${createHmac("sha256", pem).update(hmac).digest("base64url")}`,
      "another algorithm": signed({ ...header, alg: "PS256" }, payload),
      "a stranger's key": signed(header, payload, stranger),
      "an unknown key": signed({ ...header, kid: "unknown" }, payload),
      "a stranger's key, expired": signed(header, { ...payload, ...expired }, stranger),
      "a critical extension": signed({ ...header, crit: ["x"] }, payload),
      "another issuer": signed(header, { ...payload, iss: "https://example.com" }),
      "no issuer": signed(header, { ...payload, iss: undefined }),
      "an issuer that is a number": signed(header, { ...payload, iss: 5 }),
      "changed claims": `${head}.${encoded({ ...payload, sub: "x" })}.${signature}`,
      expired: signed(header, { ...payload, ...expired }),
      "not valid yet": signed(header, { ...payload, nbf: now + 500 }),
      "issued in the future": signed(header, { ...payload, iat: now + 5000 }),
      "an end that is a text": signed(header, { ...payload, exp: "x" }),
      "no service account": signed(header, withAccount({})),
      "no claim of Kubernetes": signed(header, { ...payload, "kubernetes.io": undefined }),
      "an unknown service account": signed(header, withAccount({ name: "nobody", uid: "x" })),
      "another uid": signed(header, withAccount({ name: "default-editor", uid: "x" })),
      "a pod that is gone": signed(
        header,
        withAccount(kubernetesClaim.serviceaccount, { pod: { name: "p", uid: "u" } }),
      ),
      "no audience": signed(header, { ...payload, aud: undefined }),
      "a payload that is a list": signed(header, []),
    };
    for (const [name, token] of Object.entries(cases)) {
      const real = await reviewed(token, [PIPELINES]);
      expect(real.authenticated, name).toBeUndefined();
      expect(issuer.review(token, [PIPELINES]), name).toEqual(real);
    }
    await expectSame(cases.expired ?? "", [ISSUER]);
  });

  test("what is odd and good", async () => {
    const good = await createToken(namespace, "default-editor");
    const header = part(good, 0);
    const payload = part(good, 1);
    const now = Math.floor(Date.now() / 1000);
    const cases = {
      "expired within the minute that is granted": { ...payload, exp: now - 20, iat: now - 4000, nbf: now - 4000 },
      "valid in half a minute": { ...payload, nbf: now + 30 },
      "without an end": { ...payload, exp: undefined },
      "an audience that is a text": { ...payload, aud: PIPELINES },
      "without an id": { ...payload, jti: undefined },
      "another subject": { ...payload, sub: "system:serviceaccount:x:y" },
    };
    for (const [name, claims] of Object.entries(cases)) {
      expect((await expectSame(signed(header, claims), [PIPELINES])).authenticated, name).toBe(true);
    }
    expect((await expectSame(signed({ alg: "RS256" }, payload), [PIPELINES])).authenticated).toBe(true);
    expect((await expectSame(`${good} `, [PIPELINES])).authenticated).toBe(true);
  });

  test("a token of a service account that was deleted, and made anew", async () => {
    await apply(account("gone"));
    const token = await createToken(namespace, "gone");
    await kubectl(["delete", "serviceaccount", "gone", "-n", namespace]);
    expect((await expectSame(token, [PIPELINES])).error).toContain('serviceaccounts "gone" not found');
    await apply(account("gone"));
    accounts.set("gone", { namespace, name: "gone", uid: await uidOf("gone") });
    expect((await expectSame(token, [PIPELINES])).error).toContain("does not match claim");
  });
});
