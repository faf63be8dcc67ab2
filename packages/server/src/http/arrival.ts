import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Arrival } from "../ports/authenticator.ts";
import { certificateNames } from "./certificate-names.ts";

/** How the connections came in, by their sockets. */
const arrivals = new WeakMap<Socket, Arrival>();

/** How single requests came in that no connection of this server brought. */
const handedOver = new WeakMap<IncomingMessage, Arrival>();

/** What holds for a connection of which nothing is known: the least that can be. */
const UNKNOWN: Arrival = { by: "tcp", fromLoopback: false };

/**
 * Notes how each connection of a server comes in, when it does. Later it cannot be told for certain: a TCP socket whose
 * other end has gone has no address any more, and then looks like a unix socket.
 *
 * @param on - What the server listens on.
 */
export function noteArrivals(server: Server, on: "tcp" | "unix socket"): void {
  if (on === "unix socket") {
    server.prependListener("connection", (socket: Socket) => arrivals.set(socket, { by: "unix socket" }));
    return;
  }
  server.prependListener("connection", (socket: Socket) => arrivals.set(socket, tcpArrival(socket)));
  server.prependListener("secureConnection", (socket: TLSSocket) => arrivals.set(socket, tlsArrival(socket)));
}

/**
 * Notes that a gateway in this process hands over a request that came to itself.
 *
 * @param user - Whom it has logged in; undefined where nobody is.
 */
export function noteHandover(incoming: IncomingMessage, user: string | undefined): void {
  handedOver.set(incoming, { by: "this process", user });
}

/** How a request came to the server. */
export function arrivalOf(incoming: IncomingMessage): Arrival {
  return handedOver.get(incoming) ?? arrivals.get(incoming.socket) ?? UNKNOWN;
}

function tcpArrival({ remoteAddress }: Socket): Arrival {
  return { by: "tcp", fromLoopback: isLoopbackAddress(remoteAddress) };
}

/**
 * A session that is resumed is `authorized` even where the client had sent no certificate, so that it is not enough: what
 * trust hangs on is a name.
 */
function tlsArrival(socket: TLSSocket): Arrival {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined) return tcpArrival(socket);
  return { by: "mutual TLS", names: certificateNames(certificate) };
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (address === "::1" || /^(?:::ffff:)?127\./.test(address));
}
