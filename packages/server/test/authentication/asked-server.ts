import { request as plainRequest, type RequestOptions } from "node:http";
import { type RequestOptions as TlsRequestOptions, request as tlsRequest } from "node:https";
import { type ConnectionOptions, TLSSocket } from "node:tls";
import {
  type IdentityHeaderOptions,
  identityHeader,
  type RunningServer,
  type ServerOptions,
  tokenReviewAuthenticator,
} from "../../src/index.ts";
import { startTestServer } from "../test-server.ts";
import { bad, good } from "./tokens.ts";

/** The token that a server of these tests takes, and whose it is. */
export const goodToken = "the-good-token";
export const tokenUser = "system:serviceaccount:team-a:default-editor";

/**
 * Starts a server that asks everybody who they are and lets nobody do anything: its refusal says for whom it took the
 * caller.
 */
export function startAskingServer(header: IdentityHeaderOptions, options: Partial<ServerOptions> = {}) {
  return startTestServer({
    ...options,
    multiUser: {
      authenticators: [
        identityHeader(header),
        tokenReviewAuthenticator({
          review: async (token) => (token === goodToken ? good(tokenUser) : bad("[invalid bearer token]")),
        }),
      ],
      authorizer: { review: async () => ({ allowed: false, reason: "" }) },
    },
  });
}

/** What a server answers to somebody: for whom it takes them, or why it knows nobody. */
export interface TakenFor {
  readonly status: number;
  /** undefined where it knows nobody. */
  readonly user: string | undefined;
  readonly text: string;
  /** Whether the connection went on with a session of TLS that was there before. */
  readonly resumed: boolean;
}

/** Headers as they are sent: several of one name as a list. */
export type SentHeaders = Readonly<Record<string, string | string[]>>;

/** For whom a server takes a request with these headers. */
export function takenFor(
  server: Pick<RunningServer, "url">,
  headers: SentHeaders,
  options: RequestOptions & TlsRequestOptions & Pick<ConnectionOptions, "session"> = {},
): Promise<TakenFor> {
  const url = new URL("/apis/v2beta1/experiments?namespace=team-a", server.url);
  const request = url.protocol === "https:" && options.socketPath === undefined ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const { hostname: host, port, pathname, search } = url;
    const sent = { host, port, path: pathname + search, agent: false, headers: { host: "localhost", ...headers } };
    request({ ...sent, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      const resumed = response.socket instanceof TLSSocket && response.socket.isSessionReused();
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          resumed,
          user: /User '([^']*)' is not authorized/.exec(text)?.[1],
          text,
        });
      });
    })
      .on("error", reject)
      .end();
  });
}
