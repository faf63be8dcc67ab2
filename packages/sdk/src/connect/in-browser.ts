import { systemClock } from "../clock.ts";
import { browserPlatform } from "../platform/browser.ts";
import { ConnectedClient } from "../platform/browser-connected-client.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { setConnected } from "./connected.ts";
import { findConnection } from "./find-connection.ts";

/** Connects in a browser, where there is nothing but what is passed. */
export async function connectInBrowser(options: ConnectOptions): Promise<ConnectedClient> {
  const found = await findConnection(options, {
    clock: options.clock ?? systemClock,
    platform: browserPlatform,
    env: {},
    contexts: undefined,
    tunnels: undefined,
    announced: undefined,
  });
  return setConnected(new ConnectedClient(found.options), found.connected);
}
