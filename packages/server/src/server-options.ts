import type { IncomingMessage, ServerResponse } from "node:http";
import type { Visit } from "./http/visit.ts";
import type { RunsOptions } from "./launcher/runs-options.ts";
import type { TlsOptions } from "./listen/http-server.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import type { MultiUserOptions } from "./services/multi-user.ts";
import type { StoreDatabase } from "./store/open.ts";
import type { UrlSourceOptions } from "./url-source/fetch-package.ts";

/** How much a client may ask of the server. */
export interface ServerLimits {
  /** The largest JSON body, in bytes. @default 36 MiB: a compiled pipeline of 32 MiB, and what is around it */
  readonly maxBodyBytes?: number | undefined;
  /** What the bodies of all requests under way may take together, in bytes. @default 256 MiB */
  readonly bodyMemoryBytes?: number | undefined;
  /** The largest headers of a request, with its first line, in bytes. @default 128 KiB, for long filters */
  readonly maxHeaderBytes?: number | undefined;
  /** @default 4000 */
  readonly maxConnections?: number | undefined;
  /** How long the headers of a request may take, in milliseconds. @default 20 s */
  readonly headersTimeoutMs?: number | undefined;
  /** How long a whole request may take to arrive, in milliseconds. @default 5 minutes */
  readonly requestTimeoutMs?: number | undefined;
  /** How long nothing may arrive in the middle of a body, in milliseconds. @default 30 s */
  readonly bodyIdleMs?: number | undefined;
}

/** What a server is started with. */
export interface ServerOptions {
  /** Of this program: for the page, the API document, and the metrics. */
  readonly version: string;
  readonly database: StoreDatabase;
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** 0 for any that is free. @default 3000 */
  readonly port?: number | undefined;
  /** A path: a unix socket there is listened on as well, which only its own user can open. */
  readonly unixSocket?: string | undefined;
  /** Makes the port one for HTTPS. */
  readonly tls?: TlsOptions | undefined;
  /** Hosts under which it is called beyond loopback and the names within a cluster. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins of web pages that may use it. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Listens on more than loopback all the same: it asks nobody who they are. */
  readonly insecureNoAuth?: boolean | undefined;
  /** What the health checks show; "unknown" by default, as upstream's images do. */
  readonly build?: { readonly commitSha: string; readonly tagName: string } | undefined;
  readonly log?: Log | undefined;
  readonly clock?: Clock | undefined;
  /** How runs are executed. Without it they are only recorded, and stay PENDING. */
  readonly runs?: RunsOptions | undefined;
  /** How packages are fetched that are given as URL. */
  readonly urlSource?: UrlSourceOptions | undefined;
  readonly limits?: ServerLimits | undefined;
  /** Makes it a server for many users: upstream's MULTIUSER. Without it, everybody who reaches it is its one user. */
  readonly multiUser?: MultiUserOptions | undefined;
  /** The service account of runs that name none. @default "pipeline-runner", for many users "default-editor" */
  readonly defaultServiceAccount?: string | undefined;
  /** Where on a cluster it would live: upstream's POD_NAMESPACE. @default "kubeflow" */
  readonly systemNamespace?: string | undefined;
}

/** A server that answers. */
export interface RunningServer {
  /** Under which this machine reaches it: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
  /**
   * Answers a request that came to a gateway in this process. Its headers say nothing of who the user is: that the
   * gateway says here. All else holds as for every request; above all, `Host` has to be one of this server's names.
   *
   * @param identity - `user`: whom the gateway has logged in; undefined where nobody is, and then a bearer token may tell.
   * `visit`: what the page for people says of them; asked when somebody looks.
   * @returns once it is answered or given up.
   */
  handle(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    identity: { readonly user: string | undefined; readonly visit?: (() => Visit) | undefined },
  ): Promise<void>;
  /**
   * Stops: takes no new connections, lets requests under way finish for `graceMs` (10 seconds by default), then lets go
   * of the database. The second call waits for the first.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}
