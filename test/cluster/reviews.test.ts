import { generateKeyPairSync, sign } from "node:crypto";
import { type Kubernetes, kubernetesFromKubeconfig } from "@kfp-ts/kubernetes";
import {
  type Claims,
  kubernetesTokenReview,
  missingReviewRights,
  type ResourceAttributes,
  subjectAccessReviewAuthorizer,
  tokenReviewAuthenticator,
} from "@kfp-ts/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, createToken, eventually, kubeconfig, kubectl } from "./support/cluster.ts";
import { expiredToken } from "./support/expired-token.ts";

const namespace = "a-reviews";
const accounts = ["keep", "gone", "anew", "weak"];
const audience = "pipelines.kubeflow.org";
let kubernetes: Kubernetes;

const account = (name: string): object => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });

beforeAll(async () => {
  kubernetes = await kubernetesFromKubeconfig({ kubeconfig: kubeconfig(), env: {} });
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...accounts.map(account));
});
afterAll(async () => {
  kubernetes.close();
  await kubectl(["delete", "namespace", namespace, "--wait=false"]);
});

const claimsOf = (token: string): Claims => ({
  header: (name) => (name === "authorization" ? [`Bearer ${token}`] : []),
  arrival: { by: "tcp", fromLoopback: false },
});
const authenticate = (token: string) =>
  tokenReviewAuthenticator({ review: kubernetesTokenReview(kubernetes) }).authenticate(claimsOf(token));

/** The same token with other claims, signed with a key of its forger. */
function forged(token: string, changed: { readonly header?: object; readonly claims?: object }): string {
  const [header = {}, claims = {}] = token
    .split(".")
    .map((part, index) => (index < 2 ? (JSON.parse(Buffer.from(part, "base64url").toString()) as object) : undefined));
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encoded({ ...header, ...changed.header })}.${encoded({ ...claims, ...changed.claims })}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

describe("a token, reviewed by a real cluster", () => {
  it("is its service account's", async () => {
    expect(await authenticate(await createToken(namespace, "keep"))).toEqual({
      outcome: "known",
      identity: { user: `system:serviceaccount:${namespace}:keep` },
    });
  });

  it("says which it is: for another audience, ended, of an account that is gone, forged", async () => {
    const token = await createToken(namespace, "keep");
    const [gone, anew] = [await createToken(namespace, "gone"), await createToken(namespace, "anew")];
    await kubectl(["delete", "serviceaccount", "gone", "anew", "-n", namespace]);
    await apply(account("anew"));
    const cases: ReadonlyArray<readonly [token: string, reason: string]> = [
      [await createToken(namespace, "keep", "https://other.example"), `for the audience "https://other.example"`],
      [expiredToken(token), "The token expired at"],
      [gone, `The service account "${namespace}/gone"`],
      [anew, `The service account "${namespace}/anew"`],
      [forged(token, {}), "Its signature does not fit any key of its issuer"],
      [forged(token, { header: { alg: "none" } }), "not signed (alg none)"],
      [forged(token, { claims: { sub: "system:serviceaccount:kube-system:x" } }), "Its signature does not fit"],
      [forged(token, { claims: { iss: "https://evil.example" } }), `Its issuer "https://evil.example" or the key`],
      ["garbage", "not a JSON Web Token"],
    ];
    await eventually("the accounts are gone", async () => (await authenticate(gone)).outcome === "refused");
    for (const [refused, reason] of cases) {
      const found = await authenticate(refused);
      expect(found).toMatchObject({
        outcome: "refused",
        reason: expect.stringContaining("Review.Status.Authenticated is false. Error "),
      });
      expect(found).toMatchObject({ reason: expect.stringContaining(reason) });
    }
  });
});

describe("a right, reviewed by a real cluster", () => {
  const attributes: ResourceAttributes = {
    namespace,
    verb: "list",
    group: "pipelines.kubeflow.org",
    version: "v1beta1",
    resource: "runs",
    subresource: "",
    name: "",
  };

  it("holds with the role that gives it, for the user by name and not for its groups", async () => {
    const { review } = subjectAccessReviewAuthorizer({ kubernetes });
    const user = `system:serviceaccount:${namespace}:keep`;
    expect(await review(user, attributes)).toEqual({ allowed: false, reason: "" });
    const rules = [{ apiGroups: ["pipelines.kubeflow.org"], resources: ["runs"], verbs: ["list"] }];
    const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "lister" };
    const bound = (kind: string, name: string) => ({ kind, name, apiGroup: "rbac.authorization.k8s.io" });
    const binding = (name: string, subject: object) => ({
      ...rbac,
      kind: "RoleBinding",
      metadata: { name, namespace },
      roleRef,
      subjects: [subject],
    });
    await apply(
      { ...rbac, kind: "Role", metadata: { name: "lister", namespace }, rules },
      binding("alice", bound("User", "alice@example.com")),
      binding("group", bound("Group", `system:serviceaccounts:${namespace}`)),
    );
    await eventually("alice may", async () => (await review("alice@example.com", attributes)).allowed);
    expect((await review("alice@example.com", attributes)).reason).toContain(
      'allowed by RoleBinding "alice/a-reviews"',
    );
    expect((await review("alice@example.com", { ...attributes, verb: "delete" })).allowed).toBe(false);
    expect((await review(user, attributes)).allowed).toBe(false);
  });

  it("is what the server needs too: without it, it says which rule is missing, and the YAML gives it", async () => {
    const { access } = kubernetes;
    const token = await createToken(namespace, "weak", "https://kubernetes.default.svc");
    const own = await kubernetesFromKubeconfig({
      kubeconfig: "/kubeconfig",
      env: {},
      readFile: async () =>
        JSON.stringify({
          clusters: [{ name: "c", cluster: { server: access.server, "insecure-skip-tls-verify": true } }],
          users: [{ name: "u", user: { token } }],
          contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
          "current-context": "x",
        }),
    });
    try {
      const authorizer = subjectAccessReviewAuthorizer({ kubernetes: own });
      await expect(authorizer.review("alice@example.com", attributes)).rejects.toMatchObject({
        name: "ReviewUnavailableError",
        message: expect.stringContaining('resources: ["subjectaccessreviews"], verbs: ["create"]'),
      });
      await expect(kubernetesTokenReview(own)("token", [audience])).rejects.toMatchObject({
        message: expect.stringContaining('resources: ["tokenreviews"], verbs: ["create"]'),
      });
      const { missing, yaml } = await missingReviewRights(own);
      expect(missing).toEqual(["tokenreviews", "subjectaccessreviews"]);
      expect(yaml).toContain(`- kind: ServiceAccount\n  name: weak\n  namespace: ${namespace}\n`);
      await apply(yaml);
      await eventually("it may", async () => (await missingReviewRights(own)).missing.length === 0);
      expect((await authorizer.review("alice@example.com", attributes)).allowed).toBe(true);
    } finally {
      own.close();
      await kubectl(["delete", "clusterrole,clusterrolebinding", "kfp-ts-reviews"]);
    }
  });
});
