/** Why a server does not start. */
export type StartErrorCode =
  /** Another process listens on the port. */
  | "ERR_PORT_BUSY"
  /** The port is reserved for others. */
  | "ERR_PORT_FORBIDDEN"
  /** This machine does not have the address. */
  | "ERR_ADDRESS_UNKNOWN"
  /** The unix socket cannot be listened on. */
  | "ERR_SOCKET"
  /** The server would be open to a network without asking who is there. */
  | "ERR_OPEN_TO_NETWORK"
  /** Runs of several people would be executed without being kept apart. */
  | "ERR_ISOLATION"
  /** An option is not what it has to be. */
  | "ERR_OPTION"
  /** It listens, and yet it does not answer. */
  | "ERR_NOT_READY";

/** A server that does not start. The message names the thing, the fact and the remedy. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: StartErrorCode;
  /** The process that has the port, where the port is busy and the process can be found. */
  readonly processId: number | undefined;

  constructor(
    code: StartErrorCode,
    message: string,
    options?: ErrorOptions & { readonly processId?: number | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.processId = options?.processId;
  }
}
