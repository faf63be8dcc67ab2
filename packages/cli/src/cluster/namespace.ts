import type { Io } from "../io.ts";
import { type ClusterValues, openCluster } from "./cluster-options.ts";

/** A namespace that nobody has typed, and where it is from. */
export type FoundNamespace =
  | { readonly namespace: string; readonly from: string }
  | { readonly namespace: undefined; readonly why: string };

/**
 * The namespace that a person works in: that of the kubeconfig's context, or the pod's own. The cluster is not asked.
 */
export async function findNamespace(options: ClusterValues, io: Io): Promise<FoundNamespace> {
  try {
    const kubernetes = await openCluster(options, io);
    const { namespace, source, context } = kubernetes.access;
    kubernetes.close();
    if (namespace === undefined) return { namespace, why: `the context ${context} of the kubeconfig has none` };
    return {
      namespace,
      from: source === "in-cluster" ? "the namespace of this pod" : `the context ${context} of the kubeconfig`,
    };
  } catch (error) {
    // Who names a cluster wants to be told what is wrong with it; others may have none.
    if (options.kubeconfig !== undefined || options.kubeContext !== undefined) throw error;
    if (!(error instanceof Error) || error.name !== "KubernetesConfigError") throw error;
    const isMissing = "code" in error && error.code === "NOT_FOUND";
    return { namespace: undefined, why: isMissing ? "no cluster is configured" : error.message.replace(/\.$/, "") };
  }
}
