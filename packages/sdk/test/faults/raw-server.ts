import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import type { MadeCertificate } from "./made-certificate.ts";

/** A server below HTTP, that does with a connection what no server should. */
export interface RawServer {
  readonly port: number;
  /** The connections that are open: none, once a client has let go. */
  readonly open: ReadonlySet<Socket>;
}

/** Told of each connection, and once of the first bytes that it brings. */
export interface Behaviour {
  readonly connected?: (socket: Socket) => void;
  readonly asked?: (socket: Socket, first: Buffer) => void;
}

/** Starts a server that is gone when the test is over. */
export async function rawServer(
  { connected, asked }: Behaviour,
  { certificate, address = "127.0.0.1" }: { readonly certificate?: MadeCertificate; readonly address?: string } = {},
): Promise<RawServer> {
  const open = new Set<Socket>();
  const serve = (socket: Socket) => {
    connected?.(socket);
    // Without a reader, the end of the other side is never seen.
    socket.resume();
    if (asked !== undefined) socket.once("data", (first: Buffer) => asked(socket, first));
  };
  const track = (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => undefined);
  };
  const server: Server =
    certificate === undefined ? createServer(serve) : createTlsServer({ ...certificate, maxVersion: "TLSv1.3" }, serve);
  server.on("connection", track);
  server.on("secureConnection", (socket: Socket) => socket.on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, open };
}

/** Writes a piece again and again, for as long as the connection lives; waits for those who read slowly. */
export function writeForEver(socket: Socket, piece: string | Buffer, everyMs: number): void {
  const next = (): void => {
    if (socket.destroyed) return;
    const goOn = (): void => {
      if (everyMs === 0) setImmediate(next);
      else setTimeout(next, everyMs);
    };
    if (socket.write(piece)) goOn();
    else socket.once("drain", goOn);
  };
  next();
}
