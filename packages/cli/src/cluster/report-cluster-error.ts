import { type ExitCode, exitCodes } from "../exit-code.ts";

/** What a Kubernetes cluster answered, or that there was no answer. */
interface ClusterFailure {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly fix: string | undefined;
}

/**
 * Reads a failure of a Kubernetes cluster, or of finding one; undefined where it is something else. Errors are known by
 * their names: the class may be of another bundle.
 */
export function clusterFailureOf(error: unknown): ClusterFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "KubernetesConfigError") {
    return { exitCode: exitCodes.wrongUsage, message: error.message, fix: undefined };
  }
  if (error.name !== "KubernetesError" || !("status" in error)) return undefined;
  switch (error.status) {
    case 0:
      return {
        exitCode: exitCodes.cannotConnect,
        message: error.message,
        fix: "Look whether the cluster runs and is the one that you mean: kubectl cluster-info, --kubeconfig, --kube-context.",
      };
    case 401:
      return {
        exitCode: exitCodes.notAllowed,
        message: error.message,
        fix: "The cluster does not know who you are: renew the credentials of the kubeconfig, or take another --kube-context.",
      };
    case 403:
      return {
        exitCode: exitCodes.notAllowed,
        message: error.message,
        fix: "Somebody who administrates the cluster has to do it, or to give you the right.",
      };
    default:
      return { exitCode: exitCodes.failed, message: error.message, fix: undefined };
  }
}
