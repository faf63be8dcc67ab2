import type { IncomingMessage } from "node:http";
import type { MessageConnection } from "../kubernetes.ts";

/** An answer whose body is still to be read. */
export interface TransportAnswer {
  readonly message: IncomingMessage;
  readonly status: number;
}

/** What came of asking for a connection in both directions: the connection, or an answer that refuses it. */
export type UpgradeAnswer =
  | { readonly connection: MessageConnection; readonly status: 101 }
  | (TransportAnswer & { readonly connection?: undefined });

/** The answer did not come in time. */
export class TimedOut extends Error {}
