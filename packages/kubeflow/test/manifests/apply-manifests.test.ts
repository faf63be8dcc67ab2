import { expect, test } from "vitest";
import { applyChange, planApply } from "../../src/manifests/apply-manifests.ts";
import { podDefaultManifest } from "../../src/manifests/pod-default-manifest.ts";
import { profileNamespaces } from "../../src/manifests/profile-namespaces.ts";
import { roleBindingManifest } from "../../src/manifests/role-binding-manifest.ts";
import { FakeCluster } from "../fake-cluster.ts";

const { objects } = roleBindingManifest({ namespace: "team-a", clusterRole: "kubeflow-view" });
const path = "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a/rolebindings/allow-namespace-2-kubeflow-view";

test("looking what would change changes nothing, and shows the object without what the server writes by itself", async () => {
  const cluster = new FakeCluster();
  const [change] = await planApply(cluster, objects);
  expect(cluster.changes).toEqual([]);
  expect(change).toMatchObject({
    outcome: "created",
    title: "rolebinding.rbac.authorization.k8s.io/allow-namespace-2-kubeflow-view",
  });
  expect(change?.diff).toContain("+  name: kubeflow-view\n");
  expect(change?.diff).not.toMatch(/managedFields|resourceVersion|uid/);
});

test("an object is created, then unchanged, then configured", async () => {
  const cluster = new FakeCluster();
  const apply = async (wanted = objects) => {
    const outcomes = [];
    for (const change of await planApply(cluster, wanted)) outcomes.push(await applyChange(cluster, change));
    return outcomes;
  };
  expect(await apply()).toEqual(["created"]);
  expect(await apply()).toEqual(["unchanged"]);
  expect(cluster.changes).toEqual([`PATCH ${path}`]);
  const user = { kind: "User", name: "a@example.com" } as const;
  const name = "allow-namespace-2-kubeflow-view";
  const other = roleBindingManifest({ namespace: "team-a", clusterRole: "kubeflow-view", name, subject: user });
  const [change] = await planApply(cluster, other.objects);
  expect(change?.diff).toMatch(/^-.*default-editor$[\s\S]*^\+.*a@example\.com$/m);
  expect(await apply(other.objects)).toEqual(["configured"]);
});

test("fields of somebody else are taken by force alone", async () => {
  const cluster = new FakeCluster();
  cluster.refusals.set(path, { status: 409, reason: "Conflict", message: 'conflict with "kubectl": .subjects' });
  await expect(planApply(cluster, objects)).rejects.toMatchObject({ status: 409 });
  expect(await planApply(cluster, objects, { force: true })).toMatchObject([{ outcome: "created" }]);
});

test("a kind that the cluster does not know is refused", async () => {
  const wanted = podDefaultManifest({ namespace: "team-a" }).objects;
  await expect(planApply(new FakeCluster(), wanted)).rejects.toMatchObject({ name: "KubernetesError", status: 404 });
});

test("the namespaces of profiles are those with the label of Kubeflow, without those that are going away", async () => {
  const cluster = new FakeCluster();
  const labels = { "app.kubernetes.io/part-of": "kubeflow-profile" };
  const put = (name: string, metadata: object): void =>
    cluster.put(`/api/v1/namespaces/${name}`, { apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } });
  put("team-b", { labels });
  put("team-a", { labels });
  put("gone", { labels, deletionTimestamp: "2026-01-31T12:00:00Z" });
  put("kubeflow", {});
  expect(await profileNamespaces(cluster)).toEqual(["team-a", "team-b"]);
});
