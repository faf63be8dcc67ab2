import type { ConnectSource, ConnectStep } from "./connect-step.ts";

/**
 * How a client came to be connected, and as whom.
 *
 * @example
 * import { type Connection, connect } from "@kfp-ts/sdk";
 *
 * const connection: Connection = (await connect({ host: "http://localhost:3000" })).connection;
 * console.log(connection.how, connection.identity ?? "nobody is asked", connection.namespaceFrom);
 */
export interface Connection {
  /** Where the way came from. */
  readonly how: ConnectSource;
  /** What stands before `/apis`: the endpoint that is used. Of a tunnel, its end on this machine. */
  readonly host: string;
  /** For whom the server takes the caller; undefined where nobody is asked, or the server does not say. */
  readonly identity: string | undefined;
  /** The namespace for everything that says none. */
  readonly namespace: string | undefined;
  /** In one sentence for people: why this one, and which others were passed over. */
  readonly why: string;
  /** Why this namespace; undefined where there is none. */
  readonly namespaceFrom: string | undefined;
  /** The server's version, where it says one. */
  readonly serverVersion: string | undefined;
  readonly multiUser: boolean;
  /** What stands before the API, as far as it can be told. */
  readonly gateway: Gateway | undefined;
  /** Until when what is sent is valid: of a token that says so, or of a session. */
  readonly credentialsEnd: Date | undefined;
  /** Through which service of which cluster; undefined where there is no tunnel. */
  readonly tunnel: ConnectionTunnel | undefined;
  /** Everything that was looked at, in order. */
  readonly steps: readonly ConnectStep[];
}

/**
 * What guards a Kubeflow Pipelines.
 *
 * @example
 * import { connect, type Gateway } from "@kfp-ts/sdk";
 *
 * const gateway: Gateway | undefined = (await connect({ host: "http://localhost:3000" })).connection.gateway;
 * console.log(gateway === "oauth2-proxy");
 */
export type Gateway = "oauth2-proxy" | "oidc-authservice" | "other";

/**
 * The way into a cluster.
 *
 * @example
 * import { type ConnectionTunnel, connect } from "@kfp-ts/sdk";
 *
 * const tunnel: ConnectionTunnel | undefined = (await connect({ host: "http://localhost:3000" })).connection.tunnel;
 * if (tunnel !== undefined) console.log(`${tunnel.namespace}/${tunnel.service} on port ${tunnel.localPort}`);
 */
export interface ConnectionTunnel {
  readonly kubeContext: string | undefined;
  readonly namespace: string;
  readonly service: string;
  readonly localPort: number;
}
