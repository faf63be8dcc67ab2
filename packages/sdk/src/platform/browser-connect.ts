import type { ConnectOptions } from "../connect/connect-options.ts";
import type { ConnectedClient } from "./browser-connected-client.ts";

/**
 * Connects to the host that is passed, and gives a client that is connected: what answers there is known, and as whom it
 * takes the caller. There is nothing else to look at in a browser.
 *
 * @throws ConnectError with the code of the reason: NO_ENDPOINT without a host, LOGIN_REQUIRED, PERMISSION_DENIED and so
 * on. NOT_SUPPORTED_HERE for contexts and tunnels.
 *
 * @example
 * import { connect } from "@kfp-ts/sdk";
 *
 * const kfp = await connect({ host: "https://kubeflow.example.com/pipeline" });
 * console.log(kfp.connection.serverVersion, kfp.connection.identity);
 */
export async function connect(options: ConnectOptions = {}): Promise<ConnectedClient> {
  const { connectInBrowser } = await import("../connect/in-browser.ts");
  return connectInBrowser(options);
}
