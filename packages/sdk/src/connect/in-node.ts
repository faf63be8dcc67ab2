import { systemClock } from "../clock.ts";
import { type Environment, wholeEnvironment } from "../environment.ts";
import { nodePlatform } from "../platform/node.ts";
import { ConnectedClient } from "../platform/node-connected-client.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { setConnected } from "./connected.ts";
import { findConnection } from "./find-connection.ts";
import type { ConnectPorts } from "./ports.ts";
import { savedContexts } from "./saved-contexts.ts";

/** Connects in Node. */
export async function connectInNode(options: ConnectOptions): Promise<ConnectedClient> {
  const found = await findConnection(options, nodePorts(wholeEnvironment(), options));
  return setConnected(new ConnectedClient(found.options), found.connected);
}

/** What connecting takes of this machine. */
export function nodePorts(env: Environment, { clock = systemClock }: ConnectOptions): ConnectPorts {
  return {
    clock,
    platform: nodePlatform,
    env,
    contexts: savedContexts(env),
    tunnels: {
      open: async (options) => (await import("../tunnels/index.ts")).openTunnel(options),
      find: async (options) => (await import("../tunnels/index.ts")).findInCluster(options),
    },
    announced: async () => (await import("../announcements/index.ts")).announcedServers(env),
  };
}
