import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { KubeflowError } from "../box/kubeflow-error.ts";

/** Where a gateway listens. */
export interface ListenOptions {
  /** @default "127.0.0.1", and `::1` as well where there is one */
  readonly host?: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** The option of the command that says the port, for the error where it is taken. */
  readonly portOption: string;
  readonly answer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
}

/** A gateway that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no new connections, waits for requests under way, but not longer than this. */
  close(graceMs: number): Promise<void>;
}

/** Cookies and headers that are larger are answered with 431, as an Envoy does. */
const LARGEST_HEADERS = 61_440;

/**
 * Listens; under the name `localhost` it is found over IPv4 and IPv6.
 *
 * @throws KubeflowError where it cannot
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host = "127.0.0.1" } = options;
  const first = await bound(options, host, options.port);
  const { port } = first.address() as AddressInfo;
  // Where the machine has no IPv6, or somebody else has the port there, IPv4 has to do.
  const second = host === "127.0.0.1" ? await bound(options, "::1", port).catch(() => undefined) : undefined;
  const servers = second === undefined ? [first] : [first, second];
  return {
    port,
    async close(graceMs) {
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const server of servers) server.closeIdleConnections();
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, graceMs);
      await Promise.all(closed);
      clearTimeout(timer);
    },
  };
}

function bound({ answer, tls, portOption }: ListenOptions, host: string, port: number): Promise<Server> {
  const limits = {
    maxHeaderSize: LARGEST_HEADERS,
    headersTimeout: 20_000,
    requestTimeout: 300_000,
    keepAliveTimeout: 65_000,
    requireHostHeader: false,
    noDelay: true,
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => void answer(incoming, outgoing);
  const server =
    tls === undefined
      ? createServer(limits, listener)
      : createTlsServer({ ...limits, ...tls, minVersion: "TLSv1.2" }, listener);
  server.maxHeadersCount = 0;
  server.maxConnections = 4000;
  server.on("clientError", answerClientError);
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, portOption, cause)));
    server.listen({ host, port }, () => resolve(server));
  });
}

/** What cannot be read as a request, or is too large to be one. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const text = STATUS_CODES[status] ?? "Bad Request";
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
      `content-length: ${text.length}\r\nx-content-type-options: nosniff\r\n\r\n${text}`,
  );
}

function cannotListen(host: string, port: number, option: string, cause: NodeJS.ErrnoException): KubeflowError {
  const isTaken = cause.code === "EADDRINUSE";
  const fact = isTaken ? "something else listens there" : (cause.code ?? cause.message);
  return new KubeflowError("ERR_INVALID", `The gateway cannot listen on port ${port} of ${host}: ${fact}.`, {
    fix: `Give ${option} another port, or 0 for any that is free.`,
    cause,
  });
}
