import type { IncomingMessage, ServerResponse } from "node:http";

/** A program that may ask for logins. */
export interface IdentityClient {
  readonly id: string;
  readonly name: string;
  /** Undefined for a public client, which then has to use PKCE. */
  readonly secret: string | undefined;
  /**
   * Where it may be called back. For a public client, `http://127.0.0.1` and `http://localhost` stand for any port and path
   * of this machine (RFC 8252).
   */
  readonly redirectUris: readonly string[];
}

/** An OpenID provider that is laid out as Dex is. */
export interface IdentityProvider {
  /** `http://localhost:8080/dex` */
  readonly issuer: string;
  /** Answers a request whose path is the issuer's or below it; it gets the path as it came. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** The client of the gateway itself, and the public one of programs on people's machines, by the names that others use. */
export const GATEWAY_CLIENT_ID = "kubeflow-oidc-authservice";
/** See {@link GATEWAY_CLIENT_ID}. */
export const PUBLIC_CLIENT_ID = "kubeflow-pipelines-sdk";
