import type { KubernetesConfigErrorCode, PortForwardErrorCode } from "@kfp-ts/kubernetes";
import type { ErrorCode } from "../errors/catalogue.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { allowSearch, allowTunnel } from "./how-to-allow.ts";

/** What was wanted of a cluster, as the words of an error name it. */
export interface WantedOfCluster {
  /** Where the Kubernetes API is; undefined where no kubeconfig told it. */
  readonly server?: string | undefined;
  /** The namespace that a tunnel leads into; undefined where services were looked for. */
  readonly namespace?: string | undefined;
}

/** An error of the package that speaks with Kubernetes. It is told by its name, as that package is loaded only when needed. */
interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly cause?: unknown;
}

/** Says what an error of a cluster, of its kubeconfig or of a port-forward means. */
export function clusterFailure(error: unknown, wanted: WantedOfCluster): KfpError {
  if (isKfpError(error)) return error;
  const failure = (error ?? {}) as Failure;
  const message = sentence(String(failure.message ?? error));
  const config = configErrorIn(failure);
  if (config !== undefined) return unusableKubeconfig(config, error);
  if (failure.name === "PortForwardError")
    return portForwardFailure(failure.code as PortForwardErrorCode, message, wanted, error);
  if (failure.status === 401) {
    const fact = `${clusterAt(wanted)} does not know who is asking: ${message}`;
    const fix =
      "Log in to the cluster again, as its provider says; then kubectl get namespaces works, and this does, too.";
    return new KfpError("CLUSTER_DENIED", { message: fact, fix, cause: error });
  }
  if (failure.status === 403) {
    const { namespace } = wanted;
    const fix = namespace === undefined ? allowSearch(message) : allowTunnel(message, namespace);
    return new KfpError("CLUSTER_DENIED", { message: `${clusterAt(wanted)} refuses: ${message}`, fix, cause: error });
  }
  if (failure.status === 0 || wanted.namespace === undefined) {
    return new KfpError("CLUSTER_UNREACHABLE", { message, cause: error });
  }
  return new KfpError("TUNNEL_FAILED", { message, fix: lookAtPods(wanted.namespace), cause: error });
}

function clusterAt({ server }: WantedOfCluster): string {
  return server === undefined ? "The cluster" : `The cluster at ${server}`;
}

/** Credentials that cannot be had are found out at the first call, which then was not answered. */
function configErrorIn(failure: Failure): Failure | undefined {
  if (failure.name === "KubernetesConfigError") return failure;
  const cause = failure.cause as Failure | undefined;
  return cause?.name === "KubernetesConfigError" ? cause : undefined;
}

const fixesOfKubeconfig: Partial<Record<KubernetesConfigErrorCode, string>> = {
  NOT_FOUND: "Correct the path, set KUBECONFIG, or log in to the cluster with its own tool, which writes a kubeconfig.",
  NO_CONTEXT: "Choose one: kubectl config use-context NAME, or name it (kubeContext, or --kube-context).",
  UNKNOWN_CONTEXT: "See which there are: kubectl config get-contexts",
  NO_CREDENTIALS: "Log in to the cluster again, as its provider says; kubectl get namespaces shows the same.",
};

function unusableKubeconfig({ code, message }: Failure, cause: unknown): KfpError {
  const fix = fixesOfKubeconfig[code as KubernetesConfigErrorCode];
  return new KfpError("KUBECONFIG_UNUSABLE", { message: sentence(String(message)), fix, cause });
}

const codesOfPortForward: Readonly<Record<PortForwardErrorCode, ErrorCode>> = {
  SERVICE_NOT_FOUND: "SERVICE_NOT_FOUND",
  UNKNOWN_PORT: "BAD_OPTION",
  NO_PODS: "TUNNEL_FAILED",
  NO_READY_POD: "TUNNEL_FAILED",
  POD_REFUSED: "TUNNEL_FAILED",
  POD_BROKE_OFF: "TUNNEL_FAILED",
  WAY_LOST: "TUNNEL_FAILED",
  PORT_IN_USE: "PORT_IN_USE",
  PORT_UNUSABLE: "BAD_OPTION",
};

const fixesOfPortForward: Partial<Record<PortForwardErrorCode, string>> = {
  UNKNOWN_PORT: "Name one of the ports that the service has.",
  NO_PODS: "Name a service that has pods.",
  POD_REFUSED: "Look whether the container runs and listens on that port: kubectl logs shows what it says.",
  PORT_UNUSABLE: "Leave the port out to get a free one, or name one above 1024.",
};

function portForwardFailure(
  code: PortForwardErrorCode,
  message: string,
  { namespace }: WantedOfCluster,
  cause: unknown,
): KfpError {
  const own = codesOfPortForward[code];
  const byPods = own === "TUNNEL_FAILED" && namespace !== undefined ? lookAtPods(namespace) : undefined;
  return new KfpError(own, { message, fix: fixesOfPortForward[code] ?? byPods, cause });
}

function lookAtPods(namespace: string): string {
  return `Look at the pods of the service: kubectl get pods --namespace ${namespace}. Then try again.`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
