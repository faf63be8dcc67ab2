/** Where a port-forward leads. */
export interface PortForwardTarget {
  readonly namespace: string;
  /** The name of a service; its pods come and go, and the forward goes to one that is ready. */
  readonly service: string;
  /** The service's port, by number or by name. @default its only one, else the one named http, else 80, else its first */
  readonly port?: number | string | undefined;
}

/** A port of a service. */
export interface ServicePort {
  readonly number: number;
  readonly name: string | undefined;
  /** What is spoken there, as the service says: `https`, `kubernetes.io/h2c`. */
  readonly appProtocol: string | undefined;
}

/** What happens to a port-forward while it is open: to be told, nothing has to be done about it. */
export type PortForwardEvent =
  /** Connections go to this pod from now on. */
  | { readonly type: "forwarding"; readonly pod: string; readonly port: number }
  /** The pod, or the way to it, is lost; another one is looked for, and new connections wait meanwhile. */
  | { readonly type: "interrupted"; readonly pod: string | undefined; readonly error: Error };

/** How a port-forward is opened. */
export interface PortForwardOptions {
  /** The port on this machine. @default a free one */
  readonly localPort?: number | undefined;
  /** Ends the forward. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: PortForwardEvent) => void) | undefined;
  /** How long a connection waits for a pod that is ready, in milliseconds. @default 10 000 */
  readonly patienceMs?: number | undefined;
  /**
   * How often an open connection is asked for a sign of life, in milliseconds. It also keeps what stands in between from
   * taking it for idle. @default 15 000
   */
  readonly probeMs?: number | undefined;
  /** Whether the process goes on for as long as the forward is open. @default false */
  readonly holdsProcess?: boolean | undefined;
}

/** A port of this machine that leads into a cluster, for as long as it is open. */
export interface PortForward {
  readonly target: PortForwardTarget;
  /** The port of the service that was meant. */
  readonly servicePort: ServicePort;
  /** The port on 127.0.0.1. */
  readonly localPort: number;
  /** Why connections come to nothing just now; undefined once one has brought an answer of a pod again. */
  failure(): Error | undefined;
  /** Ends it: no connection is accepted any more, and those that are open are cut. */
  close(): Promise<void>;
}
