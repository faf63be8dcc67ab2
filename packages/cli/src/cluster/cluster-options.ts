import type { Kubernetes } from "@kfp-ts/kubernetes";
import { textOption, type ValuesOf } from "../command-line/option.ts";
import type { Io } from "../io.ts";

/** The options that say which Kubernetes cluster is meant. */
export const clusterOptions = {
  kubeconfig: textOption("path", "The kubeconfig of the cluster.", {
    otherwise: "KUBECONFIG, else the cluster of this pod, else ~/.kube/config",
  }),
  kubeContext: textOption("name", "The context of the kubeconfig.", { otherwise: "its current one" }),
};

/** Which cluster is meant. */
export type ClusterValues = ValuesOf<typeof clusterOptions>;

/**
 * A client of the cluster that was said, or that is found as kubectl finds it. The cluster is not asked anything yet.
 *
 * @throws KubernetesConfigError where there is none, or its configuration is wrong.
 */
export async function openCluster({ kubeconfig, kubeContext }: ClusterValues, io: Io): Promise<Kubernetes> {
  io.waitingFor?.("Waiting for the cluster");
  const { openKubernetes } = await import("@kfp-ts/kubernetes");
  return openKubernetes({ kubeconfig, context: kubeContext, env: io.env, interactive: io.stdin.isTerminal });
}

/**
 * Does something with a cluster, and gives its connections back.
 */
export async function withCluster<T>(
  options: ClusterValues,
  io: Io,
  work: (kubernetes: Kubernetes) => Promise<T>,
): Promise<T> {
  const kubernetes = await openCluster(options, io);
  try {
    return await work(kubernetes);
  } finally {
    kubernetes.close();
  }
}
