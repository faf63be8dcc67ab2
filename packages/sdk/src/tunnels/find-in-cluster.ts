import { clusterFailure } from "./cluster-failure.ts";
import type { FindInClusterOptions, InCluster } from "./tunnel.ts";

/**
 * Looks for services in the cluster of a kubeconfig.
 *
 * @returns undefined where there is no kubeconfig and none was asked for.
 * @throws KfpError KUBECONFIG_UNUSABLE, CLUSTER_UNREACHABLE, CLUSTER_DENIED; what the signal is aborted with
 */
export async function findInCluster(options: FindInClusterOptions): Promise<InCluster | undefined> {
  const { env, kubeContext, kubeconfig, interactive, signal, names, namespaces } = options;
  signal?.throwIfAborted();
  // Whoever looks for nothing in a cluster loads nothing of Kubernetes.
  const { findServices, KubernetesConfigError, openKubernetes } = await import("@kfp-ts/kubernetes");
  const wasAsked = kubeContext !== undefined || kubeconfig !== undefined || Boolean(env.KUBECONFIG);
  const kubernetes = await openKubernetes({ env, context: kubeContext, kubeconfig, interactive }).catch((error) => {
    if (!wasAsked && error instanceof KubernetesConfigError && error.code === "NOT_FOUND") return undefined;
    throw clusterFailure(error, {});
  });
  if (kubernetes === undefined) return undefined;
  const { context, namespace, server } = kubernetes.access;
  try {
    const found = await findServices(kubernetes, names, { namespaces, signal });
    return {
      kubeContext: context,
      contextNamespace: namespace,
      server,
      services: found.services,
      namespaces: found.namespaces,
      refusal: found.refusal && clusterFailure(found.refusal, { server }),
    };
  } catch (error) {
    throw signal?.aborted ? signal.reason : clusterFailure(error, { server });
  } finally {
    kubernetes.close();
  }
}
