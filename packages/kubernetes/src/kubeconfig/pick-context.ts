import { KubernetesConfigError } from "../kubernetes-config-error.ts";
import type { Kubeconfig, KubeconfigCluster, KubeconfigUser, Origin } from "./kubeconfig.ts";

/** A context with the cluster and the user that it names. */
export interface PickedContext {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly clusterName: string;
  readonly cluster: Origin<KubeconfigCluster>;
  readonly userName: string;
  /** undefined where the context names nobody: requests are then made by `system:anonymous`. */
  readonly user: Origin<KubeconfigUser> | undefined;
}

/**
 * The context that is asked for, else the current one.
 *
 * @throws KubernetesConfigError NO_CONTEXT, UNKNOWN_CONTEXT, UNKNOWN_CLUSTER, UNKNOWN_USER
 */
export function pickContext(
  kubeconfig: Kubeconfig,
  asked: string | undefined,
  lookedAt: readonly string[],
): PickedContext {
  const name = asked ?? kubeconfig.currentContext;
  const files = lookedAt.join(", ");
  if (name === undefined) {
    const fix = "Name a context, or set one: kubectl config use-context NAME.";
    throw new KubernetesConfigError(
      "NO_CONTEXT",
      `The kubeconfig (${files}) has no current-context. ${listed("Contexts", kubeconfig.contexts)} ${fix}`,
      { lookedAt },
    );
  }
  const context = kubeconfig.contexts.get(name);
  if (context === undefined) {
    const which = asked === undefined ? `The current-context "${name}"` : `The context "${name}"`;
    throw new KubernetesConfigError(
      "UNKNOWN_CONTEXT",
      `${which} is not in the kubeconfig (${files}). ${listed("Contexts", kubeconfig.contexts)}`,
      { lookedAt },
    );
  }
  const { cluster: clusterName = "", user: userName = "", namespace } = context.value;
  const cluster = kubeconfig.clusters.get(clusterName);
  if (cluster === undefined) {
    const fact = clusterName === "" ? "names no cluster" : `names the cluster "${clusterName}", which does not exist`;
    throw new KubernetesConfigError(
      "UNKNOWN_CLUSTER",
      `The context "${name}" of ${context.file} ${fact}. ${listed("Clusters", kubeconfig.clusters)}`,
      { lookedAt },
    );
  }
  const user = kubeconfig.users.get(userName);
  if (user === undefined && userName !== "") {
    throw new KubernetesConfigError(
      "UNKNOWN_USER",
      `The context "${name}" of ${context.file} names the user "${userName}", who does not exist. ${listed("Users", kubeconfig.users)}`,
      { lookedAt },
    );
  }
  return { context: name, namespace: namespace || undefined, clusterName, cluster, userName, user };
}

function listed(what: string, entries: ReadonlyMap<string, unknown>): string {
  const names = [...entries.keys()].sort();
  return names.length === 0 ? `It has no ${what.toLowerCase()}.` : `${what} there: ${names.join(", ")}.`;
}
