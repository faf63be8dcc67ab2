import type { RequestListener, Server } from "node:http";
import type { Log } from "../ports/log.ts";
import type { ServerLimits } from "../server-options.ts";
import { bind } from "./bind.ts";
import { createHttpServer, type TlsOptions } from "./http-server.ts";
import { bindUnixSocket } from "./unix-socket.ts";

/** Where to listen, and what for. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The path of a unix socket to listen on as well. */
  readonly unixSocket?: string | undefined;
  /** For the port; on the unix socket there is none. */
  readonly tls?: TlsOptions | undefined;
  readonly limits: ServerLimits;
  readonly listen: RequestListener;
  readonly log: Log;
}

/** All that is listened on. */
export interface Listening {
  readonly port: number;
  /** Takes no new connections. */
  stop(): Promise<void>;
  /** Ends those that there are. */
  endConnections(): void;
}

/**
 * Listens on a port, and on a unix socket where one is asked for.
 *
 * @throws StartError where one of them is not possible; then neither is listened on.
 */
export async function listenOn(options: ListenOptions): Promise<Listening> {
  const { host, unixSocket, tls, ...shared } = options;
  const server = createHttpServer({ ...shared, tls, on: "tcp" });
  const port = await bind(server, host, options.port);
  const servers: Server[] = [server];
  let removeSocket = async (): Promise<void> => {};
  if (unixSocket !== undefined) {
    const local = createHttpServer({ ...shared, on: "unix socket" });
    try {
      removeSocket = await bindUnixSocket(local, unixSocket);
    } catch (error) {
      server.close();
      throw error;
    }
    servers.push(local);
  }
  return {
    port,
    async stop() {
      await removeSocket();
      for (const one of servers) one.close();
    },
    endConnections() {
      for (const one of servers) one.closeAllConnections();
    },
  };
}
