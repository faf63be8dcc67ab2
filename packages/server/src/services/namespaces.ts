import { invalidArgument } from "@kfp-ts/api";

/** What lives in a namespace, in upstream's words for it. */
export type Namespaced = "experiment" | "pipeline" | "run" | "recurring run";

/**
 * Which namespace things are in: the one place that knows whether the server is for one user or for many. For one user,
 * the namespaces that clients send have no effect: everything lives in the empty one, and is executed in that of the
 * system.
 */
export interface Namespaces {
  readonly multiUser: boolean;
  /** Where the server itself lives on a cluster, and where a single user's runs are executed. */
  readonly system: string;
  /**
   * Where something is made or looked up for which a client named a namespace; also checks that of a record.
   *
   * @throws StatusError INVALID_ARGUMENT with upstream's text where there has to be one, and is none.
   */
  of(kind: Namespaced, requested: string | undefined): string;
  /** What a list is restricted to; undefined means nothing. @throws StatusError as `of` does. */
  scopeOf(kind: Namespaced, requested: string | undefined): string | undefined;
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

/** What upstream also takes for no namespace. No namespace of a cluster can have that name. */
const NONE = "-";

const EMPTY: Readonly<Record<Exclude<Namespaced, "pipeline">, string>> = {
  experiment: "An experiment cannot have an empty namespace in multi-user mode",
  run: "A run cannot have an empty namespace in multi-user mode",
  "recurring run": "a recurring run cannot have an empty namespace in multi-user mode",
};

/**
 * The namespaces of a server for many users: everything has one, except pipelines that all share.
 *
 * @param options - `requireForPipelines` forbids those: upstream's REQUIRE_NAMESPACE_FOR_PIPELINES.
 */
export function multiUserNamespaces(
  options: { readonly system?: string | undefined; readonly requireForPipelines?: boolean | undefined } = {},
): Namespaces {
  const { system = "kubeflow", requireForPipelines = false } = options;

  function of(kind: Namespaced, requested = ""): string {
    if (requested !== "" && requested !== NONE) return requested;
    if (kind !== "pipeline") throw invalidArgument(EMPTY[kind]);
    if (requireForPipelines) throw invalidArgument("Namespace is required for pipeline operations");
    return "";
  }

  return {
    multiUser: true,
    system,
    of,
    // There is nothing in "-": upstream lists neither the pipelines of a namespace under it nor those that all share.
    scopeOf: (kind, requested) => of(kind, requested) || (requested ?? ""),
    executionOf: (namespace) => namespace,
  };
}
