/** Why a port-forward comes to nothing: for programs; people read the message. */
export type PortForwardErrorCode =
  /** There is no such service. */
  | "SERVICE_NOT_FOUND"
  /** The service has no such port. */
  | "UNKNOWN_PORT"
  /** A service that has no pods: one that is only another name, or one for something outside of the cluster. */
  | "NO_PODS"
  /** No pod of the service is ready. */
  | "NO_READY_POD"
  /** The pod is there, and its port is not: the container refuses connections, or has none there. */
  | "POD_REFUSED"
  /** The pod broke a connection off. */
  | "POD_BROKE_OFF"
  /** The way to the pod broke, or nothing comes from it any more. */
  | "WAY_LOST"
  /** The port on this machine is taken. */
  | "PORT_IN_USE"
  /** The port on this machine cannot be had: a low one needs rights. */
  | "PORT_UNUSABLE";

/** A port-forward could not be opened, or a connection through it came to nothing. */
export class PortForwardError extends Error {
  override readonly name = "PortForwardError";
  readonly code: PortForwardErrorCode;

  constructor(code: PortForwardErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
