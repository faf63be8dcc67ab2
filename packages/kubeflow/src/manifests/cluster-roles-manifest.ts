import type { KubernetesObject } from "@kfp-ts/kubernetes";
import type { ClusterRole } from "../rbac/rbac-objects.ts";
import { kubeflowClusterRoles } from "../rbac/roles-of-kubeflow.ts";
import { joinManifests, type Manifest, manifestOf } from "./manifest.ts";

/**
 * The cluster roles that decide what somebody may do with Kubeflow Pipelines, as Kubeflow's own manifests have them:
 * kubeflow-admin, kubeflow-edit and kubeflow-view, and those that are aggregated to them.
 */
export function clusterRolesManifest(): Manifest {
  return joinManifests(
    kubeflowClusterRoles().map((role) =>
      manifestOf(objectOf(role), [
        [["aggregationRule"], "Kubernetes puts the rules of the cluster roles with these labels into this one"],
      ]),
    ),
  );
}

/** Where rules are aggregated, they belong to the controller that does it: whoever writes them too is at odds with it. */
function objectOf({ kind, metadata, aggregationRule, rules }: ClusterRole): KubernetesObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata,
    ...(aggregationRule === undefined ? { rules: rules ?? [] } : { aggregationRule }),
  };
}
