import type { ClientOptions } from "../client-options.ts";
import type { Connected } from "./connected.ts";

/** What a connected client is made of. */
export interface FoundConnection {
  readonly options: ClientOptions;
  readonly connected: Connected;
}
