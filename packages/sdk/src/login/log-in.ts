import type { StoredCookie } from "../sessions/session-store.ts";
import type { Transport } from "../transport/transport.ts";

/** Where a login is made, and over what. */
export interface LogInRequest {
  /** The endpoint of the client: what stands before `/apis`, without a slash at the end. */
  readonly endpoint: string;
  /** The client's own: its certificates, proxy and name resolution hold for the login, too. It follows no redirection. */
  readonly transport: Transport;
  /** Of each exchange of the login, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called with the password right before it is sent; where this throws, it is not sent. */
  readonly beforeSecret?: ((secret: string) => Promise<void>) | undefined;
}

/** What came of a login. */
export interface LoggedIn {
  /** All cookies that are to be sent from now on, whatever their names; empty where the endpoint asks nobody to log in. */
  readonly cookies: readonly StoredCookie[];
}

/**
 * Makes one login, from the first page on, and never a second one by itself: when to log in again, and when not to, is
 * the business of the session.
 *
 * @throws KfpError with a code of its own for each way in which a login can fail.
 */
export type LogIn = (request: LogInRequest) => Promise<LoggedIn>;
