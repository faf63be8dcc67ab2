import type { Clock } from "../clock.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { Platform } from "../platform/platform.ts";
import type { TlsOptions } from "../transport/tls-options.ts";
import type { FindInCluster, OpenTunnel } from "../tunnels/tunnel.ts";

/** What connecting needs of where the program runs. What is not there is not looked at. */
export interface ConnectPorts {
  readonly clock: Clock;
  readonly platform: Platform;
  /** All variables: for what a kubeconfig needs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly contexts: ContextsPort | undefined;
  readonly tunnels: TunnelsPort | undefined;
  /** The servers that run on this machine and have announced themselves to this user. */
  readonly announced: (() => Promise<readonly AnnouncedServer[]>) | undefined;
}

/** Saved contexts. */
export interface ContextsPort {
  /**
   * The context of that name, else the one that KFP_CONTEXT names, else the current one.
   *
   * @returns undefined where no name was given and none is chosen.
   * @throws KfpError CONTEXT_UNUSABLE where there is none of the name, or what was saved cannot be used.
   */
  chosen(name: string | undefined): Promise<SavedContext | undefined>;
  /** The session that is kept for an endpoint; undefined where there is none. */
  session(endpoint: string): Promise<Credentials | undefined>;
}

/** A Kubeflow Pipelines that somebody has given a name to. */
export interface SavedContext {
  readonly name: string;
  /** Who has said that it is this one. */
  readonly chosenBy: "option" | "KFP_CONTEXT" | "current";
  readonly endpoint: string;
  readonly namespace: string | undefined;
  /** Who is asking there: what the context says, else the session that is kept. */
  readonly credentials: Credentials | undefined;
  readonly tls: TlsOptions | undefined;
}

/** Ways into a cluster. */
export interface TunnelsPort {
  readonly open: OpenTunnel;
  readonly find: FindInCluster;
}

/** A server that runs on this machine. */
export interface AnnouncedServer {
  readonly endpoint: string;
  readonly processId: number;
  /** Whether it tells users apart. */
  readonly multiUser: boolean;
  /** Where people log in who use it; undefined without a gateway. */
  readonly gateway?: string | undefined;
}
