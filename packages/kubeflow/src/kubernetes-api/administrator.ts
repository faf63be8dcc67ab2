import { yamlOf } from "../manifests/manifest.ts";
import type { ServiceAccountName } from "../objects/named.ts";
import type { ClusterRoleBinding } from "../rbac/rbac-objects.ts";

/** The service account that may do everything, for the kubeconfig of a box. It is there while its API is served. */
export const ADMINISTRATOR: ServiceAccountName = { namespace: "kube-system", name: "kfp-ts-administrator" };

/** What lets the administrator do everything. */
export function administratorBinding(): ClusterRoleBinding {
  return {
    kind: "ClusterRoleBinding",
    metadata: { name: ADMINISTRATOR.name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", ...ADMINISTRATOR }],
  };
}

/**
 * A kubeconfig of the administrator.
 *
 * @param server - Where the API is.
 * @param tokenFile - The administrator's token, which is replaced before it ends.
 */
export function kubeconfigOf(server: string, tokenFile: string): string {
  const name = "kfp-ts";
  return yamlOf({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { tokenFile } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
