import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { noteArrivals } from "../http/arrival.ts";
import type { Log } from "../ports/log.ts";
import type { ServerLimits } from "../server-options.ts";
import { StartError } from "../start-error.ts";
import { answerConnectionErrors } from "./connection-errors.ts";

/** With what a server proves who it is, and asks its clients to. All in PEM. */
export interface TlsOptions {
  /** The certificate, with those between it and its authority behind it. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of client certificates. A client needs none; one that it sends counts if one of these has signed it. */
  readonly clientCa?: string | undefined;
}

/** A server that does not listen yet. */
export interface HttpServerOptions {
  readonly listen: RequestListener;
  readonly on: "tcp" | "unix socket";
  readonly limits: ServerLimits;
  readonly tls?: TlsOptions | undefined;
  readonly log: Log;
}

/**
 * Makes a server of node:http or node:https within the limits.
 *
 * @throws StartError where certificate, key or authorities are none, or do not belong together.
 */
export function createHttpServer({ listen, on, limits, tls, log }: HttpServerOptions): Server {
  const options: ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes ?? 128 * 1024,
    headersTimeout: limits.headersTimeoutMs ?? 20_000,
    requestTimeout: limits.requestTimeoutMs ?? 300_000,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 1000,
    requireHostHeader: false,
    noDelay: true,
  };
  const server = tls === undefined ? createServer(options, listen) : tlsServer(options, tls, listen);
  // Node would drop what comes after the thousandth in silence, and with it the second of two identities.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.maxConnections ?? 4000;
  noteArrivals(server, on);
  answerConnectionErrors(server, log);
  return server;
}

/** A client without a certificate, or with one of another authority, is not turned away: it may have a token. */
function tlsServer(options: ServerOptions, { cert, key, clientCa }: TlsOptions, listen: RequestListener): Server {
  const client = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  try {
    return createTlsServer({ ...options, cert, key, ...client, minVersion: "TLSv1.2" }, listen);
  } catch (cause) {
    const { message } = cause as Error;
    throw new StartError("ERR_OPTION", `The server cannot prove who it is with its certificate and key: ${message}.`, {
      cause,
    });
  }
}
