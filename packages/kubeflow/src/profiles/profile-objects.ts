import { createHash } from "node:crypto";
import type { KubeflowObject, Namespace, Profile, ServiceAccount } from "../objects/kubeflow-object.ts";
import type { RoleBinding, Subject } from "../rbac/rbac-objects.ts";

/** The service accounts of every profile, and the cluster role that each is bound to. */
const ACCOUNTS = [
  { name: "default-editor", role: "kubeflow-edit" },
  { name: "default-viewer", role: "kubeflow-view" },
] as const;

/** The namespace of a profile, labelled as Kubeflow's profile controller labels it. */
export function namespaceOf({ metadata, spec }: Profile): Namespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: metadata.name,
      labels: {
        "app.kubernetes.io/part-of": "kubeflow-profile",
        "katib.kubeflow.org/metrics-collector-injection": "enabled",
        "pipelines.kubeflow.org/enabled": "true",
        "serving.kubeflow.org/inferenceservice": "enabled",
      },
      annotations: { owner: spec.owner.name },
    },
  };
}

/** The service accounts of a profile. A profile that is made anew has others, of the same names. */
export function serviceAccountsOf(profile: Profile): readonly ServiceAccount[] {
  return ACCOUNTS.map(({ name }) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: profile.metadata.name, uid: uidOf(profile, name) },
  }));
}

/** What binds a profile's service accounts and its owner to their roles, as Kubeflow's profile controller does. */
export function roleBindingsOf({ metadata: { name: namespace }, spec: { owner } }: Profile): readonly RoleBinding[] {
  const binding = (name: string, role: string, subject: Subject, annotations?: Readonly<Record<string, string>>) => ({
    apiVersion: "rbac.authorization.k8s.io/v1" as const,
    kind: "RoleBinding" as const,
    metadata: { name, namespace, ...(annotations && { annotations }) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole" as const, name: role },
    subjects: [subject],
  });
  return [
    ...ACCOUNTS.map(({ name, role }) => binding(name, role, { kind: "ServiceAccount", name, namespace })),
    binding("namespaceAdmin", "kubeflow-admin", owner, { user: owner.name, role: "admin" }),
  ];
}

/** Everything that a profile brings along but its PodDefault: namespace, service accounts, bindings. */
export function objectsOf(profile: Profile): readonly KubeflowObject[] {
  return [namespaceOf(profile), ...serviceAccountsOf(profile), ...roleBindingsOf(profile)];
}

/** An id that stays as long as the profile does, and does not come back with another one of its name. */
function uidOf({ metadata: { name, uid = name } }: Profile, account: string): string {
  const hex = createHash("sha256").update(`${uid}/${account}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
