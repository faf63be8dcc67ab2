import { type KubeconfigOptions, kubernetesOfContext } from "./from-kubeconfig.ts";
import { inClusterTraces, isInCluster, kubernetesInCluster } from "./in-cluster.ts";
import { homeDirectoryOf, kubeconfigFiles, loadKubeconfig } from "./kubeconfig/load-kubeconfig.ts";
import type { Kubernetes } from "./kubernetes.ts";
import { KubernetesConfigError } from "./kubernetes-config-error.ts";
import { systemOf } from "./node.ts";

/**
 * Finds a cluster by itself: the kubeconfig that is named, else the files of `KUBECONFIG`, else the cluster around this
 * pod, else `~/.kube/config`. Who names a context means a kubeconfig, also in a pod.
 *
 * @throws KubernetesConfigError that lists all that was looked at.
 */
export async function openKubernetes(options: KubeconfigOptions): Promise<Kubernetes> {
  const system = systemOf(options);
  const homeDirectory = options.homeDirectory ?? homeDirectoryOf(options.env);
  const files = kubeconfigFiles({ ...options, homeDirectory });
  const inCluster = { ...system, env: options.env };
  const mayBePod = files.saidBy === "default" && options.context === undefined;
  if (mayBePod && (await isInCluster(inCluster))) return kubernetesInCluster(inCluster);
  const kubeconfig = await loadKubeconfig(files, system);
  if (kubeconfig !== undefined) return kubernetesOfContext(kubeconfig, files.paths, options);

  if (files.saidBy !== "default") {
    const by = files.saidBy === "KUBECONFIG" ? "KUBECONFIG names" : "The kubeconfigs named are";
    throw new KubernetesConfigError(
      "NOT_FOUND",
      `No Kubernetes cluster found. ${by} ${files.paths.join(", ")}, and none of these files exists. Correct the path, or log in to the cluster with its own tool.`,
      { lookedAt: files.paths },
    );
  }
  const lookedAt = ["KUBECONFIG", ...(mayBePod ? inClusterTraces : []), ...files.paths];
  const pod = mayBePod ? `, ${podFact(options)}` : "";
  const file = files.paths[0] === undefined ? "HOME is not set" : `${files.paths[0]} does not exist`;
  throw new KubernetesConfigError(
    "NOT_FOUND",
    `No Kubernetes cluster found: KUBECONFIG is not set${pod}, ${file}. Name a kubeconfig, set KUBECONFIG, or log in to the cluster with its own tool.`,
    { lookedAt },
  );
}

function podFact({ env }: KubeconfigOptions): string {
  if (!env.KUBERNETES_SERVICE_HOST) return "this is no pod (KUBERNETES_SERVICE_HOST is not set)";
  return "this pod has no token of its service account (/var/run/secrets/kubernetes.io/serviceaccount/token)";
}
