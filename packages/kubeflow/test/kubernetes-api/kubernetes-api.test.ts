import { existsSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import {
  createSubjectAccessReview,
  createToken,
  createTokenReview,
  kubernetesFromKubeconfig,
} from "@kfp-ts/kubernetes";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { boxOfTest, folderOfTest } from "../box/box-of-tests.ts";

const FIRST = "kubeflow-user-example-com";
const PIPELINES = "pipelines.kubeflow.org";
const TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

async function served() {
  const box = await boxOfTest({ dataDirectory: await folderOfTest(), kubernetesPort: 0 });
  const kubeconfig = box.kubeconfig ?? "";
  const kubernetes = await kubernetesFromKubeconfig({ kubeconfig, env: {} });
  onTestFinished(() => kubernetes.close());
  const { server } = kubernetes.access;
  const post = async (path: string, body: unknown, token?: string) => {
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(server + path, { method: "POST", headers: authorization, body: text });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const tokenOf = async (namespace: string, serviceAccount: string) =>
    (await box.issuer.issue({ namespace, serviceAccount })).token;
  return { box, kubeconfig, kubernetes, server, post, tokenOf };
}

test("the kubeconfig is its owner's alone, and works with the client of real clusters", async () => {
  const { box, kubeconfig, kubernetes } = await served();
  expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
  expect(readFileSync(kubeconfig, "utf8")).not.toMatch(/eyJ/);
  const { token } = await createToken(kubernetes, {
    namespace: FIRST,
    serviceAccount: "default-editor",
    audiences: [PIPELINES],
    expirationSeconds: 700,
  });
  expect(await createTokenReview(kubernetes, { token, audiences: [PIPELINES] })).toMatchObject({
    authenticated: true,
    user: { username: `system:serviceaccount:${FIRST}:default-editor` },
    audiences: [PIPELINES],
  });
  expect((await createTokenReview(kubernetes, { token })).error).toContain("is invalid for the target audiences");
  const ask = (user: string) =>
    createSubjectAccessReview(kubernetes, {
      user,
      resourceAttributes: { verb: "create", group: "pipelines.kubeflow.org", resource: "runs", namespace: FIRST },
    });
  expect(await ask("user@example.com")).toMatchObject({
    allowed: true,
    reason: expect.stringContaining("namespaceAdmin"),
  });
  expect(await ask("mallory@example.com")).toMatchObject({ allowed: false, reason: "" });
  await box.close();
  expect(existsSync(kubeconfig)).toBe(false);
});

test("whoever finds the issuer finds its keys, and checks tokens with them", async () => {
  const { server, tokenOf } = await served();
  const document = (await (await fetch(`${server}/.well-known/openid-configuration`)).json()) as {
    issuer: string;
    jwks_uri: string;
  };
  const keys = createRemoteJWKSet(new URL(document.jwks_uri));
  const { payload } = await jwtVerify(await tokenOf(FIRST, "default-editor"), keys, { issuer: document.issuer });
  expect(payload.sub).toBe(`system:serviceaccount:${FIRST}:default-editor`);
});

test("nobody creates anything without the right to, and the refusal is worded as an API server's", async () => {
  const { post, tokenOf } = await served();
  const token = await tokenOf(FIRST, "default-editor");
  const editor = `system:serviceaccount:${FIRST}:default-editor`;
  expect(await post(TOKEN_REVIEWS, { spec: { token } })).toMatchObject({
    status: 403,
    body: {
      kind: "Status",
      message:
        'tokenreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "tokenreviews" ' +
        'in API group "authentication.k8s.io" at the cluster scope',
      reason: "Forbidden",
      code: 403,
    },
  });
  const path = `/api/v1/namespaces/${FIRST}/serviceaccounts/default-editor/token`;
  expect((await post(path, {}, token)).body.message).toBe(
    `serviceaccounts "default-editor" is forbidden: User "${editor}" cannot create resource "serviceaccounts/token" ` +
      `in API group "" in the namespace "${FIRST}"`,
  );
  expect((await post(TOKEN_REVIEWS, {}, "garbage")).body).toMatchObject({ message: "Unauthorized", code: 401 });
  // ml-pipeline reviews tokens in Kubeflow: its role is built in.
  const pipeline = await tokenOf("kubeflow", "ml-pipeline");
  expect((await post(TOKEN_REVIEWS, { spec: { token } }, pipeline)).status).toBe(201);
  expect((await post(path, {}, pipeline)).status).toBe(403);
});

test("a token for pipelines is none for this API", async () => {
  const { box, post } = await served();
  const { token } = await box.issuer.issue({
    namespace: "kubeflow",
    serviceAccount: "ml-pipeline",
    audiences: [PIPELINES],
  });
  expect((await post(TOKEN_REVIEWS, {}, token)).status).toBe(401);
});

test("whoever is known may ask about itself", async () => {
  const { post, tokenOf } = await served();
  const token = await tokenOf("kubeflow", "ml-pipeline");
  const ask = (resource: string, group: string) =>
    post(
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      { spec: { resourceAttributes: { verb: "create", group, resource } } },
      token,
    );
  expect((await ask("tokenreviews", "authentication.k8s.io")).body).toMatchObject({ status: { allowed: true } });
  expect((await ask("namespaces", "")).body).toMatchObject({ status: { allowed: false } });
  expect((await post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, token)).body).toMatchObject({
    status: { userInfo: { username: "system:serviceaccount:kubeflow:ml-pipeline" } },
  });
});

test("a web page in a browser of this machine is refused, whatever name leads it here", async () => {
  const { server } = await served();
  const statusOf = (headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      request(`${server}/openid/v1/jwks`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });
  expect(await statusOf({})).toBe(200);
  expect(await statusOf({ host: "evil.example:80" })).toBe(403);
  expect(await statusOf({ origin: "https://evil.example" })).toBe(403);
});

test("a body that is too large is refused", async () => {
  const { post } = await served();
  const outcome = await post(TOKEN_REVIEWS, "x".repeat(1024 * 1024 + 1)).catch(() => ({ status: 413 }));
  expect(outcome.status).toBe(413);
});

test("a port that is not free is told, with what to do", async () => {
  const { server } = await served();
  const options = { dataDirectory: await folderOfTest(), kubernetesPort: Number(new URL(server).port) };
  await expect(boxOfTest(options)).rejects.toMatchObject({
    code: "ERR_INVALID",
    fix: expect.stringContaining("--kubernetes-port"),
  });
});
