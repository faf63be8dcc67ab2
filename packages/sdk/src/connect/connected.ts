import type { KfpClient } from "../kfp-client.ts";
import type { Connection } from "./connection.ts";

/** What a connected client has beside what every client has. Clients that are made of one share it. */
export interface Connected {
  readonly connection: Connection;
  /** Ends the tunnel, where there is one. Not the first time there is nothing left to do. */
  close(): Promise<void>;
}

const connected = new WeakMap<KfpClient, Connected>();

/** Says how a client is connected. */
export function setConnected<C extends KfpClient>(client: C, how: Connected): C {
  connected.set(client, how);
  return client;
}

/** How a client is connected. */
export function connectedOf(client: KfpClient): Connected {
  const how = connected.get(client);
  if (how === undefined) throw new TypeError("A connected client is made by connect().");
  return how;
}
