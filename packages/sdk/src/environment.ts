/** The environment variables that are looked at. All but the last are KFP's own or ours; that one is set in every pod. */
export type Variable =
  | "KF_PIPELINES_ENDPOINT"
  | "KF_PIPELINES_NAMESPACE"
  | "KF_PIPELINES_SA_TOKEN_PATH"
  | "KF_PIPELINES_DEFAULT_EXPERIMENT_NAME"
  | "KF_PIPELINES_OVERRIDE_EXPERIMENT_NAME"
  | "KUBERNETES_SERVICE_HOST";

/**
 * The value of an environment variable that is the documented default of an option; undefined where it is empty or not
 * set, and in browsers, which have none.
 */
export function fromEnvironment(name: Variable): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** All variables: for what a kubeconfig needs, whose programs get them. Empty in browsers. */
export function wholeEnvironment(): Environment {
  return globalThis.process?.env ?? {};
}
