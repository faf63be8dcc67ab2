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
  /** The option that says the address, for the error where there is no such one here. */
  readonly hostOption?: string | undefined;
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

/** How often another free port is tried, where the one that was found is taken over IPv6. */
const TRIES = 5;

/**
 * Listens; under the name `localhost` it is found over IPv4 and IPv6. Where somebody else has the port over IPv6 it listens on
 * neither: browsers that go to `localhost` would tell that one their passwords.
 *
 * @throws KubeflowError where it cannot
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const servers = await boundUnderAllNames(options);
  const { port } = servers[0].address() as AddressInfo;
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

async function boundUnderAllNames(options: ListenOptions, tries = TRIES): Promise<readonly [Server, ...Server[]]> {
  const { host = "127.0.0.1" } = options;
  const first = await bound(options, host, options.port);
  if (host !== "127.0.0.1") return [first];
  const { port } = first.address() as AddressInfo;
  try {
    return [first, await bound(options, "::1", port)];
  } catch (error) {
    const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
    // Where the machine has no IPv6, IPv4 has to do.
    if (cause?.code !== "EADDRINUSE") return [first];
    await new Promise((resolve) => first.close(resolve));
    if (options.port !== 0 || tries === 1) throw error;
    return boundUnderAllNames(options, tries - 1);
  }
}

function bound(options: ListenOptions, host: string, port: number): Promise<Server> {
  const { answer, tls } = options;
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
    server.once("error", (cause: NodeJS.ErrnoException) => reject(cannotListen(options, host, port, cause)));
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

function cannotListen(
  { portOption, hostOption }: ListenOptions,
  host: string,
  port: number,
  cause: NodeJS.ErrnoException,
): KubeflowError {
  const [fact, fix] = reasonOf(cause, portOption, hostOption);
  return new KubeflowError("ERR_INVALID", `The gateway cannot listen on port ${port} of ${host}: ${fact}.`, {
    fix,
    cause,
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException, port: string, host = port): readonly [string, string] {
  switch (code) {
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return ["this machine has no such address", `Give ${host} an address of this machine, or leave it out.`];
    case "EACCES":
      return ["that is not allowed to this user", `Give ${port} a port above 1023, or 0 for any that is free.`];
    case "EADDRINUSE":
      return ["something else listens there", `Give ${port} another port, or 0 for any that is free.`];
    default:
      return [code ?? message, `Give ${port} another port, or 0 for any that is free.`];
  }
}
