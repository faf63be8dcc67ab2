import { type Kubernetes, listObjects } from "@kfp-ts/kubernetes";

/** The label of namespaces that belong to a profile. */
export const PROFILE_LABEL = "app.kubernetes.io/part-of=kubeflow-profile";

/**
 * The names of the namespaces of a cluster that belong to profiles, in order; without those that are going away.
 *
 * @throws KubernetesError where the cluster does not tell.
 */
export async function profileNamespaces(kubernetes: Kubernetes): Promise<string[]> {
  const namespaces = await listObjects(
    kubernetes,
    { apiVersion: "v1", kind: "Namespace" },
    { labelSelector: PROFILE_LABEL },
  );
  return namespaces
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap(({ metadata }) => metadata.name ?? [])
    .sort();
}
