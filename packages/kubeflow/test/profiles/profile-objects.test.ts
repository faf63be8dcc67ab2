import { expect, test } from "vitest";
import type { Profile } from "../../src/objects/kubeflow-object.ts";
import { objectsOf, serviceAccountsOf } from "../../src/profiles/profile-objects.ts";

const profile = (uid: string): Profile => ({
  apiVersion: "kubeflow.org/v1",
  kind: "Profile",
  metadata: { name: "team-a", uid },
  spec: { owner: { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice@example.com" } },
});

test("a profile brings what Kubeflow's profile controller makes", () => {
  const roleRef = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name });
  const account = (name: string) => ({ kind: "ServiceAccount", name, namespace: "team-a" });
  expect(objectsOf(profile("1"))).toMatchObject([
    {
      kind: "Namespace",
      metadata: {
        name: "team-a",
        labels: { "app.kubernetes.io/part-of": "kubeflow-profile" },
        annotations: { owner: "alice@example.com" },
      },
    },
    { kind: "ServiceAccount", metadata: { name: "default-editor", namespace: "team-a" } },
    { kind: "ServiceAccount", metadata: { name: "default-viewer", namespace: "team-a" } },
    {
      kind: "RoleBinding",
      metadata: { name: "default-editor", namespace: "team-a" },
      roleRef: roleRef("kubeflow-edit"),
      subjects: [account("default-editor")],
    },
    {
      kind: "RoleBinding",
      metadata: { name: "default-viewer" },
      roleRef: roleRef("kubeflow-view"),
      subjects: [account("default-viewer")],
    },
    {
      kind: "RoleBinding",
      metadata: { name: "namespaceAdmin", annotations: { user: "alice@example.com", role: "admin" } },
      roleRef: roleRef("kubeflow-admin"),
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice@example.com" }],
    },
  ]);
});

test("service accounts have ids that stay, differ, and end with their profile", () => {
  const ids = (uid: string) => serviceAccountsOf(profile(uid)).map(({ metadata }) => metadata.uid);
  expect(ids("1")).toEqual(ids("1"));
  expect(new Set([...ids("1"), ...ids("2")]).size).toBe(4);
  for (const id of ids("1")) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
});
