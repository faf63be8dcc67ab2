/** Where a port-forward leads. */
export interface PortForwardTarget {
  readonly namespace: string;
  /** The name of a service; its pods come and go, and the forward goes to one that is ready. */
  readonly service: string;
  /** The service's port, by number or by name. @default its only one, or the one named http */
  readonly port?: number | string | undefined;
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
}

/** A port of this machine that leads into a cluster, for as long as it is open. */
export interface PortForward {
  readonly target: PortForwardTarget;
  /** The port on 127.0.0.1. */
  readonly localPort: number;
  /** Ends it: no connection is accepted any more, and those that are open are cut. */
  close(): Promise<void>;
}
