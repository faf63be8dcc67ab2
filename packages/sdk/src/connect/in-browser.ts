import { ConnectedClient } from "../platform/browser-connected-client.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { setConnected } from "./connected.ts";

/** Connects in a browser. */
export async function connectInBrowser(options: ConnectOptions): Promise<ConnectedClient> {
  const client = new ConnectedClient(options);
  await client.ready();
  const { multiUser = false, tagName } = await client.healthz.get();
  const connection = {
    how: options.host === undefined ? ("environment" as const) : ("passed" as const),
    host: client.host ?? "",
    identity: undefined,
    namespace: client.namespace,
    why: "It was passed.",
    namespaceFrom: undefined,
    serverVersion: tagName,
    multiUser,
    gateway: undefined,
    credentialsEnd: undefined,
    tunnel: undefined,
    steps: [],
  };
  return setConnected(client, { connection, close: async () => undefined });
}
