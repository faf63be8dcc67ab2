import type { RequestObserver } from "./call/observer.ts";
import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials/credentials.ts";
import type { Fetch } from "./transport/fetch.ts";
import type { Lookup, TlsOptions } from "./transport/tls-options.ts";
import type { Transport } from "./transport/transport.ts";

/**
 * What a client is told, beside how it connects.
 *
 * @example
 * import { Client, type CommonOptions } from "@kfp-ts/sdk";
 *
 * const common: CommonOptions = { host: "http://localhost:3000", namespace: "team-a", userAgent: "portal/1.4" };
 * console.log(new Client(common).namespace);
 */
export interface CommonOptions {
  /**
   * Where the API is: what stands before `/apis/v2beta1`, such as `http://localhost:3000` or
   * `https://kubeflow.example.com/pipeline`. Without a scheme it is http for this machine and for names within a cluster,
   * else https.
   *
   * @default the environment variable KF_PIPELINES_ENDPOINT; else, in a pod, the Kubeflow Pipelines of its cluster, which
   * is looked for when the first call is made
   */
  readonly host?: string | undefined;
  /**
   * Where Kubeflow Pipelines is deployed, for a client in a pod that is to find it by itself. Not the namespace of a user.
   *
   * @default the environment variable KF_PIPELINES_NAMESPACE, else the pod's own namespace, then kubeflow
   */
  readonly pipelinesNamespace?: string | undefined;
  /**
   * The Kubernetes namespace for everything that says none. Single-user deployments ignore it.
   *
   * @default in a pod, for the Kubeflow Pipelines of its cluster: the pod's own. An empty text is none.
   */
  readonly namespace?: string | undefined;
  /**
   * Says who is asking. They are sent to `host` and nowhere else.
   *
   * @default in a pod, for the Kubeflow Pipelines of its cluster, where a token is mounted and no header of yours says who
   * is asking: {@link ServiceAccountTokenVolumeCredentials}
   */
  readonly credentials?: Credentials | undefined;
  /** How long one attempt of a call may take, in milliseconds. @default 30 000 */
  readonly timeoutMs?: number | undefined;
  /** How long an upload may take, in milliseconds. @default 300 000, which is when the gateway of Kubeflow gives up */
  readonly uploadTimeoutMs?: number | undefined;
  /** How long all attempts of a call may take together, in milliseconds. @default 120 000 */
  readonly totalTimeoutMs?: number | undefined;
  /** How often a call is tried again that can be repeated without harm. @default 2 */
  readonly maxRetries?: number | undefined;
  /** Headers to send with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What to say in `User-Agent` before the name of this package. */
  readonly userAgent?: string | undefined;
  /** Aborts every call of the client. */
  readonly signal?: AbortSignal | undefined;
  /** Sees every attempt: for logs and measurements. */
  readonly observer?: RequestObserver | undefined;
  /** Time itself, for tests. @default the clock of this machine */
  readonly clock?: Clock | undefined;
}

/**
 * The client connects by itself, on `node:http` and `node:https`.
 *
 * @example
 * import { Client, type OwnConnection } from "@kfp-ts/sdk";
 *
 * const connection: OwnConnection = { tls: { caFile: "ca.pem" }, connectTimeoutMs: 3_000 };
 * console.log(new Client({ host: "https://kubeflow.example.com/pipeline", ...connection }).host);
 */
export interface OwnConnection {
  /** How the server's certificate is checked. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Resolves host names, instead of the system's resolver; also those that are tried to find Kubeflow Pipelines in a
   * cluster. It gives addresses and no ports: the port is that of the host, `http://ml-pipeline-ui.kubeflow:3001`.
   */
  readonly lookup?: Lookup | undefined;
  /** An HTTP proxy to go through: `http://proxy.example.com:3128`. The environment is not looked at. */
  readonly proxy?: string | undefined;
  /** How long a new connection may take, in milliseconds. @default 10 000 */
  readonly connectTimeoutMs?: number | undefined;
  readonly fetch?: never;
  readonly transport?: never;
}

/**
 * The caller brings `fetch`, and with it how to connect.
 *
 * @example
 * import { Client, type FetchConnection } from "@kfp-ts/sdk";
 *
 * const connection: FetchConnection = { fetch };
 * console.log(new Client({ host: "http://localhost:3000", ...connection }).host);
 */
export interface FetchConnection {
  readonly fetch: Fetch;
  readonly tls?: never;
  readonly lookup?: never;
  readonly proxy?: never;
  readonly connectTimeoutMs?: never;
  readonly transport?: never;
}

/**
 * The caller brings a transport.
 *
 * @example
 * import { Client, nodeHttpTransport, type TransportConnection } from "@kfp-ts/sdk";
 *
 * const shared: TransportConnection = { transport: nodeHttpTransport({ connectTimeoutMs: 5_000 }) };
 * const [one, other] = ["http://localhost:3000", "http://localhost:3001"].map((host) => new Client({ host, ...shared }));
 * console.log(one?.host, other?.host);
 */
export interface TransportConnection {
  readonly transport: Transport;
  readonly tls?: never;
  readonly lookup?: never;
  readonly proxy?: never;
  readonly connectTimeoutMs?: never;
  readonly fetch?: never;
}

/**
 * Options of a client.
 *
 * @example
 * import { Client, type ClientOptions } from "@kfp-ts/sdk";
 *
 * const options: ClientOptions = { host: "https://kubeflow.example.com/pipeline", namespace: "team-a", timeoutMs: 10_000 };
 * console.log(new Client(options).host);
 */
export type ClientOptions = CommonOptions & (OwnConnection | FetchConnection | TransportConnection);

/**
 * What a client can be told anew: everything but where it is connected to, and how.
 *
 * @example
 * import { type ChangedOptions, Client } from "@kfp-ts/sdk";
 *
 * const patient: ChangedOptions = { totalTimeoutMs: 600_000, maxRetries: 5 };
 * console.log(new Client({ host: "http://localhost:3000" }).withOptions(patient).host);
 */
export type ChangedOptions = Omit<CommonOptions, "host" | "pipelinesNamespace">;
