import type { ServicePort } from "./port-forward.ts";

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  /** Which pod of that name. */
  readonly uid: string;
  readonly port: number;
}

/** The pods of a service that are ready, and the port of it that was meant. */
export interface ReadyPods {
  readonly servicePort: ServicePort;
  readonly pods: readonly PodPort[];
  /** The names of those that are not ready. */
  readonly unready: readonly string[];
}
