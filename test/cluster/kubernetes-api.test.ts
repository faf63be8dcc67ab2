import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kubeflow, openKubeflow } from "@kfp-ts/kubeflow";
import { type Kubernetes, KubernetesError, kubernetesFromKubeconfig } from "@kfp-ts/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apply, kubeconfig, kubectl } from "./support/cluster.ts";

const namespace = `t-api-${Date.now().toString(36)}`;
let folder = "";
let box: Kubeflow;
let real: Kubernetes;
let ours: Kubernetes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-api-"));
  box = await openKubeflow({ dataDirectory: folder, kubernetesPort: 0 });
  await box.start();
  await box.profiles.create(namespace, "alice@example.com");
  ours = await kubernetesFromKubeconfig({ kubeconfig: box.kubeconfig ?? "", env: {} });
  real = await kubernetesFromKubeconfig({ kubeconfig: kubeconfig(), env: {} });
  await apply(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default-editor", namespace } },
  );
});
afterAll(async () => {
  ours.close();
  real.close();
  await box.close();
  await rm(folder, { recursive: true });
  await kubectl(["delete", "namespace", namespace, "--wait=false"]);
});

const ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
const TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
const tokenOf = (name: string, inNamespace = namespace) =>
  `/api/v1/namespaces/${inNamespace}/serviceaccounts/${name}/token`;
const attributes = { verb: "get", resource: "pods", namespace };

/** What differs from one answer to the next, or is a server's own bookkeeping. */
const withoutVarying = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer, (key, value: unknown) => {
      if (key === "managedFields") return undefined;
      return /^(uid|token|creationTimestamp|expirationTimestamp)$/.test(key) ? typeof value : value;
    }),
  );

test.each([
  ["a review of access", ACCESS_REVIEWS, { user: "nobody", resourceAttributes: attributes }],
  ["a review of a path", ACCESS_REVIEWS, { user: "nobody", nonResourceAttributes: { verb: "get", path: "/x" } }],
  ["a review of masters", ACCESS_REVIEWS, { user: "x", groups: ["system:masters"], resourceAttributes: attributes }],
  ["a review of nobody", ACCESS_REVIEWS, { resourceAttributes: attributes }],
  ["a review of nothing", ACCESS_REVIEWS, { user: "nobody" }],
  ["an empty review", ACCESS_REVIEWS, {}],
  ["a review of garbage", TOKEN_REVIEWS, { token: "garbage" }],
  ["a review of no token", TOKEN_REVIEWS, {}],
  ["a request for a token", tokenOf("default-editor"), { audiences: ["a", "b"], expirationSeconds: 700 }],
  ["a request with nothing said", tokenOf("default-editor"), {}],
  ["a request for too short a life", tokenOf("default-editor"), { expirationSeconds: 5 }],
  ["a request for an unknown service account", tokenOf("nobody"), {}],
  ["a request in an unknown namespace", tokenOf("default-editor", "t-nowhere"), {}],
])("%s is answered as an API server answers it", async (_, path, spec) => {
  const ask = async (kubernetes: Kubernetes) => {
    try {
      return withoutVarying(await kubernetes.call({ method: "POST", path, body: { spec } }));
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      return { status: error.status, reason: error.reason, message: error.message };
    }
  };
  expect(await ask(ours)).toEqual(await ask(real));
});
