import { connectTo } from "./client.ts";
import { clusterEndpoint } from "./kubeconfig/cluster-endpoint.ts";
import type { Kubeconfig } from "./kubeconfig/kubeconfig.ts";
import { homeDirectoryOf, kubeconfigFiles, loadKubeconfig } from "./kubeconfig/load-kubeconfig.ts";
import { pickContext } from "./kubeconfig/pick-context.ts";
import { impersonationHeaders, userCredentials } from "./kubeconfig/user-credentials.ts";
import type { Kubernetes } from "./kubernetes.ts";
import { KubernetesConfigError } from "./kubernetes-config-error.ts";
import { systemOf } from "./node.ts";
import type { Environment, System } from "./system.ts";

/** Options of {@link kubernetesFromKubeconfig}; what is left of the machine comes from Node. */
export interface KubeconfigOptions extends Partial<System> {
  /** The file, or several to merge; else `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string | readonly string[] | undefined;
  /** @default the current context */
  readonly context?: string | undefined;
  /** The environment: `KUBECONFIG`, `HOME`, and what exec plugins are given. */
  readonly env: Environment;
  /** @default `HOME` of `env` (`USERPROFILE` on Windows) */
  readonly homeDirectory?: string | undefined;
  /**
   * Whether an exec plugin may read from this process's terminal.
   * @default false
   */
  readonly interactive?: boolean | undefined;
}

/**
 * The cluster of a kubeconfig's context. Files are read now, exec plugins run at the first call, and nothing is asked of
 * the cluster yet.
 *
 * @throws KubernetesConfigError
 */
export async function kubernetesFromKubeconfig(options: KubeconfigOptions): Promise<Kubernetes> {
  const system = systemOf(options);
  const files = kubeconfigFiles({ ...options, homeDirectory: options.homeDirectory ?? homeDirectoryOf(options.env) });
  const kubeconfig = await loadKubeconfig(files, system);
  if (kubeconfig === undefined) {
    throw new KubernetesConfigError(
      "NOT_FOUND",
      `There is no kubeconfig. Looked at: ${files.paths.join(", ") || "no file, as HOME is not set"}. Set KUBECONFIG, or name a file.`,
      { lookedAt: files.paths },
    );
  }
  return kubernetesOfContext(kubeconfig, files.paths, options);
}

/** The cluster of a context of a kubeconfig that has been read. */
export async function kubernetesOfContext(
  kubeconfig: Kubeconfig,
  lookedAt: readonly string[],
  options: KubeconfigOptions,
): Promise<Kubernetes> {
  const system = { ...systemOf(options), env: options.env, interactive: options.interactive ?? false };
  const picked = pickContext(kubeconfig, options.context, lookedAt);
  const endpoint = await clusterEndpoint(picked.clusterName, picked.cluster, system);
  const credentials = await userCredentials(picked, endpoint.tls.ca, system);
  const headers = impersonationHeaders(picked);
  const { url } = endpoint;
  const server = url.origin + url.pathname.replace(/\/+$/, "");
  if (url.protocol === "http:" && picked.user !== undefined && !isLoopback(url.hostname)) {
    throw new KubernetesConfigError(
      "UNSUPPORTED",
      `The cluster "${picked.clusterName}" in ${picked.cluster.file} is at ${server}, without TLS, and the credentials of user "${picked.userName}" would be open to anybody on the way. Use https://.`,
      { lookedAt },
    );
  }
  return connectTo(
    {
      ...endpoint,
      access: { source: "kubeconfig", context: picked.context, server, namespace: picked.namespace },
      credentials,
      headers,
    },
    system,
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
