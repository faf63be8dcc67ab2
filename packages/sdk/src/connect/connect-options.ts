import type { CommonOptions, FetchConnection, OwnConnection, TransportConnection } from "../client-options.ts";
import type { ConnectStep } from "./connect-step.ts";

/**
 * To a host that is said.
 *
 * @example
 * import { type ConnectToHost, connect } from "@kfp-ts/sdk";
 *
 * const way: ConnectToHost = { host: "https://kubeflow.example.com" };
 * console.log((await connect(way)).connection.host);
 */
export interface ConnectToHost {
  /**
   * Where the API is, as {@link CommonOptions} has it. A path that is wrong is corrected on the same server, and
   * `connection.why` says so.
   */
  readonly host?: string | undefined;
  readonly context?: undefined;
  readonly kubeContext?: undefined;
  readonly kubeconfig?: undefined;
  readonly service?: undefined;
  readonly localPort?: undefined;
}

/**
 * As a saved context says: `kfp-ts context save` saves one. Node only.
 *
 * @example
 * import { type ConnectByContext, connect } from "@kfp-ts/sdk";
 *
 * const way: ConnectByContext = { context: "work" };
 * console.log((await connect(way)).connection.namespace);
 */
export interface ConnectByContext {
  /** The name of the context. @default what KFP_CONTEXT says, else the current one, where there are contexts */
  readonly context?: string | undefined;
  readonly host?: undefined;
  readonly kubeContext?: undefined;
  readonly kubeconfig?: undefined;
  readonly service?: undefined;
  readonly localPort?: undefined;
}

/**
 * Through a tunnel into a cluster, which any of these asks for. Node only.
 *
 * @example
 * import { type ConnectByTunnel, connect } from "@kfp-ts/sdk";
 *
 * const way: ConnectByTunnel = { kubeContext: "kind-kind", service: "kubeflow/ml-pipeline-ui" };
 * await using kfp = await connect(way);
 * console.log(kfp.connection.tunnel?.localPort);
 */
export interface ConnectByTunnel {
  /** The context of the kubeconfig. @default its current one */
  readonly kubeContext?: string | undefined;
  /** The path of the kubeconfig. @default what KUBECONFIG says, else ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /**
   * The service: `ml-pipeline-ui`, with its namespace `istio-system/istio-ingressgateway`, with its port
   * `kubeflow/ml-pipeline:8888`. Without a namespace it is looked for in `pipelinesNamespace`, else in `namespace`, else
   * wherever it may be listed. Without a port it is its only one, else the one named http, else 80, else its first.
   *
   * @default ml-pipeline-ui, else ml-pipeline; where that tells users apart and there are no credentials, the gateway
   */
  readonly service?: string | undefined;
  /** The port on this machine. @default a free one */
  readonly localPort?: number | undefined;
  readonly host?: undefined;
  readonly context?: undefined;
}

/**
 * How long connecting may take, and who is told of its progress.
 *
 * @example
 * import { type ConnectProgress, connect } from "@kfp-ts/sdk";
 *
 * const progress: ConnectProgress = { withinMs: 3_000, onStep: ({ source, fact }) => console.error(source, fact) };
 * console.log((await connect({ host: "http://localhost:3000", ...progress })).connection.how);
 */
export interface ConnectProgress {
  /** How long all of it may take, in milliseconds; a login of a person is not counted. @default 10 000 */
  readonly withinMs?: number | undefined;
  /** Told of each thing that was looked at, as soon as it is known what came of it. */
  readonly onStep?: ((step: ConnectStep) => void) | undefined;
}

/**
 * How to connect: whatever a client takes, and which way to go. With none, everything is looked at in turn.
 *
 * @example
 * import { type ConnectOptions, connect } from "@kfp-ts/sdk";
 *
 * const options: ConnectOptions = { host: "http://localhost:3000", namespace: "team-a", withinMs: 3_000 };
 * console.log((await connect(options)).connection.namespaceFrom);
 */
export type ConnectOptions = Omit<CommonOptions, "host"> &
  ConnectProgress &
  (ConnectToHost | ConnectByContext | ConnectByTunnel) &
  (OwnConnection | FetchConnection | TransportConnection);
