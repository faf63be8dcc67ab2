import type { ConnectionTunnel } from "../connect/connection.ts";
import type { KfpError } from "../errors/kfp-error.ts";

/** Through which kubeconfig a cluster is reached. */
export interface ClusterChoice {
  /** All variables: `KUBECONFIG`, `HOME`, the proxies, and what exec plugins are given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @default the kubeconfig's current context */
  readonly kubeContext?: string | undefined;
  /** The kubeconfig. @default the variable KUBECONFIG, else in a pod its cluster, else ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** Whether an exec plugin may ask on this process's terminal. @default false */
  readonly interactive?: boolean | undefined;
  /** Ends what is under way; what it was aborted with is thrown as it is. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a tunnel leads and where it begins. */
export interface TunnelOptions extends ClusterChoice {
  /** The namespace of the service. */
  readonly namespace: string;
  /** The name of the service: `ml-pipeline-ui`. */
  readonly service: string;
  /** The service's port, by number or by name. @default its only one, else the one named http, else 80, else its first */
  readonly port?: number | string | undefined;
  /** The port on this machine. @default a free one */
  readonly localPort?: number | undefined;
  /** How long a connection waits for a pod that is ready, in milliseconds. @default 10 000 */
  readonly patienceMs?: number | undefined;
  /** Whether the program goes on for as long as the tunnel is open, as a command does. @default false */
  readonly holdsProcess?: boolean | undefined;
  /** Told what happens to the tunnel while it is open; nothing has to be done about it. */
  readonly onEvent?: ((event: TunnelEvent) => void) | undefined;
}

/** What happens to a tunnel while it is open. */
export type TunnelEvent =
  /** Connections go to this port of this pod from now on. */
  | { readonly type: "forwarding"; readonly pod: string; readonly port: number }
  /** The pod, or the way to it, is lost; another one is looked for, and new connections wait meanwhile. */
  | { readonly type: "interrupted"; readonly pod: string | undefined; readonly error: KfpError };

/** A way into a cluster, for as long as it is open. */
export interface Tunnel extends ConnectionTunnel {
  /** `http://127.0.0.1:PORT`, or `https://` where the service's port is one for TLS. */
  readonly host: string;
  /** Where the Kubernetes API is. */
  readonly server: string;
  /** The port of the service. */
  readonly port: number;
  /** Why connections come to nothing just now; undefined while the last one reached a pod. */
  failure(): KfpError | undefined;
  /** Ends it: no connection is accepted any more, and those that are open are cut. */
  close(): Promise<void>;
}

/**
 * Opens a tunnel: a port of 127.0.0.1 that leads to a pod of a service that is ready, through the Kubernetes API, without
 * kubectl. Once it is open, a first connection to a pod has been made: what is not allowed is known. It does not keep the
 * program from ending.
 *
 * @throws KfpError KUBECONFIG_UNUSABLE, CLUSTER_UNREACHABLE, CLUSTER_DENIED, SERVICE_NOT_FOUND, TUNNEL_FAILED, PORT_IN_USE
 */
export type OpenTunnel = (options: TunnelOptions) => Promise<Tunnel>;

/** Which services are looked for, and where. */
export interface FindInClusterOptions extends ClusterChoice {
  /** The names of services, the preferred first. */
  readonly names: readonly string[];
  /** Where to look, one by one, when not all namespaces may be listed together; that of the context is always one. */
  readonly namespaces?: readonly string[] | undefined;
}

/** A service that was found in a cluster. */
export interface ServiceInCluster {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly { readonly name: string | undefined; readonly port: number }[];
}

/** A cluster, and the services that were found in it. */
export interface InCluster {
  /** The context of the kubeconfig; undefined in a pod without one. */
  readonly kubeContext: string | undefined;
  /** The namespace of the context. */
  readonly contextNamespace: string | undefined;
  /** Where the Kubernetes API is. */
  readonly server: string;
  /** In the order of the names that were asked for, then by namespace. */
  readonly services: readonly ServiceInCluster[];
  /** The namespaces that were looked into; undefined for all of them. */
  readonly namespaces: readonly string[] | undefined;
  /** CLUSTER_DENIED, where not all namespaces could be looked into: why, and what would allow it. */
  readonly refusal: KfpError | undefined;
}

/**
 * Looks for services in the cluster of a kubeconfig.
 *
 * @returns undefined where there is no kubeconfig and none was asked for.
 * @throws KfpError KUBECONFIG_UNUSABLE, CLUSTER_UNREACHABLE, CLUSTER_DENIED
 */
export type FindInCluster = (options: FindInClusterOptions) => Promise<InCluster | undefined>;
