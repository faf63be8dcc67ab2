import type { Credentials } from "../credentials/credentials.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import type { TlsOptions } from "../transport/tls-options.ts";
import type { Transport } from "../transport/transport.ts";
import type { Tunnel } from "../tunnels/tunnel.ts";
import type { ConnectOptions } from "./connect-options.ts";
import type { AskedAddress, ConnectSource } from "./connect-step.ts";
import type { ConnectPorts } from "./ports.ts";

/** What every step is given. */
export interface Search {
  readonly options: ConnectOptions;
  readonly ports: ConnectPorts;
  /** Ends the search: the caller has given up, or its time is over. */
  readonly signal: AbortSignal;
  /** How the caller's options reach a server: for those who ask around before anything is chosen. */
  readonly transport: Transport;
}

/** What came of a step: nothing, or where to go. */
export type Finding =
  | { readonly outcome: "absent" | "failed"; readonly fact: string; readonly asked?: readonly AskedAddress[] }
  | { readonly outcome: "found"; readonly target: Target; readonly asked?: readonly AskedAddress[] };

/** Where to go, and with what. */
export interface Target {
  readonly host: string;
  /** What this is, in words that follow "Connected to": `the endpoint that was passed`. */
  readonly what: string;
  /** Whether somebody has said it: then it is an error where it does not answer. */
  readonly said: boolean;
  /** Who is asking there, where nothing was passed that says it. */
  readonly credentials?: Credentials | undefined;
  /** The name of the saved context that it is from. */
  readonly context?: string | undefined;
  /** The namespace there, where none was passed. */
  readonly namespace?: TargetNamespace | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly tunnel?: Tunnel | undefined;
  /** What else to tell of how this came to be chosen. */
  readonly notes?: readonly string[];
  /** Another way to the same, for where this one wants to know who is asking. The tunnel of this one is closed by then. */
  otherwise?(error: KfpError): Promise<Target | undefined>;
}

/** A namespace, and where it comes from. */
export interface TargetNamespace {
  readonly name: string;
  /** In words: `the context work`. */
  readonly from: string;
  /** Whether somebody has said it: then it is an error where nothing is allowed there. */
  readonly said: boolean;
}

/** One thing to look at. */
export interface Step {
  readonly source: ConnectSource;
  /**
   * Looks.
   *
   * @throws KfpError where there is something that was said, or that refuses: nothing else is looked at then.
   */
  look(search: Search): Promise<Finding>;
}
