import type { ClusterRole, ClusterRoleBinding } from "./rbac-objects.ts";
import { pipelinesBindings, pipelinesRoles, pipelinesServiceRoles } from "./roles-of-pipelines.ts";
import { podDefaultRoles, profileRoles } from "./roles-of-profiles.ts";

/**
 * The cluster roles of Kubeflow that decide what somebody may do in a profile and with pipelines, by the names that
 * Kubeflow's own manifests give them: kubeflow-admin, kubeflow-edit and kubeflow-view with what is aggregated to them,
 * and those of the services of Kubeflow Pipelines. Other parts of Kubeflow (Katib, KServe …) add theirs by the labels.
 */
export function kubeflowClusterRoles(): readonly ClusterRole[] {
  return [...profileRoles(), ...podDefaultRoles(), ...pipelinesRoles(), ...pipelinesServiceRoles()];
}

/**
 * The bindings of the cluster roles of the services of Kubeflow Pipelines to their service accounts.
 *
 * @param systemNamespace - Where the services run: `kubeflow`.
 */
export function kubeflowBindings(systemNamespace: string): readonly ClusterRoleBinding[] {
  return pipelinesBindings(systemNamespace);
}
