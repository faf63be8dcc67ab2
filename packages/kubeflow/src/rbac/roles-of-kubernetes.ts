import type { ClusterRole, ClusterRoleBinding } from "./rbac-objects.ts";
import { clusterRole, clusterRoleBinding } from "./write-role.ts";

/** What every Kubernetes cluster has, as far as somebody who connects to Kubeflow binds it: `cluster-admin`. */
export function kubernetesClusterRoles(): readonly ClusterRole[] {
  return [
    clusterRole("cluster-admin", {
      rules: [
        { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
        { nonResourceURLs: ["*"], verbs: ["*"] },
      ],
    }),
  ];
}

/** The binding of `cluster-admin` that every Kubernetes cluster has. */
export function kubernetesBindings(): readonly ClusterRoleBinding[] {
  return [clusterRoleBinding("cluster-admin", "cluster-admin", { group: "system:masters" })];
}
