import type { ChangedOptions } from "../client-options.ts";
import { connectedOf, setConnected } from "../connect/connected.ts";
import type { Connection } from "../connect/connection.ts";
import { Client } from "./node-client.ts";

/**
 * A client that `connect()` has made: it knows how it is connected, and ends its tunnel, where it has one, when it is
 * closed. Clients that `withOptions` makes of it share the connection: it ends for all of them.
 *
 * @example
 * import { type ConnectedClient, connect } from "@kfp-ts/sdk";
 *
 * await using kfp: ConnectedClient = await connect({ host: "http://localhost:3000" });
 * console.log(kfp.connection.serverVersion, kfp.connection.why);
 */
export class ConnectedClient extends Client {
  /** How this came about, and as whom. */
  get connection(): Connection {
    return connectedOf(this).connection;
  }

  override withOptions(changes: ChangedOptions): this {
    return setConnected(super.withOptions(changes), connectedOf(this));
  }

  /** Ends idle connections, and the tunnel. Not needed for a program to end: neither keeps it. */
  override async close(): Promise<void> {
    await super.close();
    await connectedOf(this).close();
  }

  /** The same as {@link close}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
