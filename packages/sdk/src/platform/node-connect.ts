import type { ConnectOptions } from "../connect/connect-options.ts";
import type { ConnectedClient } from "./node-connected-client.ts";

/**
 * Finds the way to a Kubeflow Pipelines, and gives a client that is connected: what answers there is known, and as whom
 * it takes the caller. With no options it looks at everything in turn: the saved context, KF_PIPELINES_ENDPOINT, the
 * cluster of the pod, that of the kubeconfig (through a tunnel), a server that was announced on this machine. What was
 * said and does not work is an error at once, and so is what is found and refuses; what is not there is passed over, and
 * `connection.steps` tells of it. It starts no server.
 *
 * @throws ConnectError with the code of the reason: NO_ENDPOINT where there is nothing, AMBIGUOUS_ENDPOINT where there are
 * several, LOGIN_REQUIRED, NO_IDENTITY, PERMISSION_DENIED and so on. BAD_OPTION for options that exclude each other.
 *
 * @example
 * import { connect } from "@kfp-ts/sdk";
 *
 * await using kfp = await connect();
 * console.log(kfp.connection.how, kfp.connection.host, kfp.connection.identity, kfp.connection.namespace);
 */
export async function connect(options: ConnectOptions = {}): Promise<ConnectedClient> {
  const { connectInNode } = await import("../connect/in-node.ts");
  return connectInNode(options);
}
