import { KubernetesConfigError, KubernetesError, PortForwardError } from "@kfp-ts/kubernetes";
import { expect, test } from "vitest";
import { clusterFailure } from "../../src/tunnels/cluster-failure.ts";
import { findInCluster } from "../../src/tunnels/find-in-cluster.ts";
import { openTunnel } from "../../src/tunnels/open-tunnel.ts";

const wanted = { server: "https://cluster.test", namespace: "kubeflow" };
const refusal = new KubernetesError(
  'pods "ui" is forbidden: User "alice@x.org" cannot get resource "pods/portforward"',
  {
    status: 403,
    reason: "Forbidden",
  },
);

test.each([
  ["no kubeconfig", new KubernetesConfigError("NOT_FOUND", "None."), "KUBECONFIG_UNUSABLE"],
  [
    "credentials that cannot be had",
    new KubernetesError("No.", { status: 0, cause: new KubernetesConfigError("NO_CREDENTIALS", "The plugin failed.") }),
    "KUBECONFIG_UNUSABLE",
  ],
  ["an API that does not answer", new KubernetesError("It refuses connections.", { status: 0 }), "CLUSTER_UNREACHABLE"],
  ["a login that has ended", new KubernetesError("Unauthorized", { status: 401 }), "CLUSTER_DENIED"],
  ["a refusal", refusal, "CLUSTER_DENIED"],
  ["a node that is gone", new KubernetesError("error dialing backend", { status: 500 }), "TUNNEL_FAILED"],
  ["no such service", new PortForwardError("SERVICE_NOT_FOUND", "None."), "SERVICE_NOT_FOUND"],
  ["no such port", new PortForwardError("UNKNOWN_PORT", "None."), "BAD_OPTION"],
  ["no pod that is ready", new PortForwardError("NO_READY_POD", "None."), "TUNNEL_FAILED"],
  ["a way that broke", new PortForwardError("WAY_LOST", "Broken."), "TUNNEL_FAILED"],
  ["a local port that is taken", new PortForwardError("PORT_IN_USE", "Taken."), "PORT_IN_USE"],
])("%s has its code", (_, error, code) => {
  expect(clusterFailure(error, wanted)).toMatchObject({ code, cause: error });
});

test("a refusal says what would allow a tunnel, to whom and where, ready to apply", () => {
  const { message, fix } = clusterFailure(refusal, wanted);
  expect(message).toContain("The cluster at https://cluster.test refuses: ");
  expect(fix).toContain(
    "Have an administrator of kubeflow apply this:\n\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n",
  );
  expect(fix).toContain("resources: [pods/portforward]\n    verbs: [get, create]");
  expect(fix).toContain('subjects:\n  - apiGroup: rbac.authorization.k8s.io\n    kind: User\n    name: "alice@x.org"');
});

test("a search that is refused says how to do without", () => {
  const { fix } = clusterFailure(refusal, { server: "https://cluster.test" });
  expect(fix).toContain("kubeflow/ml-pipeline-ui");
  expect(fix).toContain("kind: ClusterRoleBinding");
});

test("where there is no kubeconfig and none was asked for, nothing is found", async () => {
  const env = { HOME: "/no/such/home" };
  expect(await findInCluster({ env, names: ["ml-pipeline"] })).toBeUndefined();
  const named = findInCluster({ env, kubeconfig: "/no/such/file", names: ["ml-pipeline"] });
  await expect(named).rejects.toMatchObject({ code: "KUBECONFIG_UNUSABLE" });
});

test("a local port that can be none is refused before anything is asked", async () => {
  const opening = openTunnel({ env: {}, namespace: "kubeflow", service: "ml-pipeline-ui", localPort: 70_000 });
  await expect(opening).rejects.toMatchObject({
    code: "BAD_OPTION",
    message: "The local port is 70000, which is no port.",
  });
});
