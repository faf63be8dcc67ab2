/**
 * Which namespace things are in: the one place that knows whether the server is for one user or for many. For one user,
 * the namespaces that clients send have no effect: everything lives in the empty one, and is executed in that of the
 * system.
 */
export interface Namespaces {
  readonly multiUser: boolean;
  /** Where the server itself lives on a cluster, and where a single user's runs are executed. */
  readonly system: string;
  /** Where something is made or looked up for which a client named a namespace. */
  of(requested: string | undefined): string;
  /** What a list is restricted to; undefined means nothing. */
  scopeOf(requested: string | undefined): string | undefined;
  /** Where on a cluster the runs of a namespace are executed. */
  executionOf(namespace: string): string;
}

/** The namespaces of a server for one user. `system` is "kubeflow" unless upstream's POD_NAMESPACE says otherwise. */
export function singleUserNamespaces(system = "kubeflow"): Namespaces {
  return {
    multiUser: false,
    system,
    of: () => "",
    scopeOf: () => undefined,
    executionOf: (namespace) => (namespace === "" ? system : namespace),
  };
}
