import { connect, type Socket } from "node:net";

/** Everything that a server sends until it ends the connection. */
export interface RawAnswer {
  readonly text: string;
  readonly status: number;
}

/**
 * Sends bytes as they are, which a client of HTTP would not.
 *
 * @param send - Writes to the socket; what it throws is lost.
 */
export function raw(port: number, send: (socket: Socket) => void | Promise<void>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => resolve({ text, status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]) }));
    socket.on("connect", () => void Promise.resolve(send(socket)).catch(reject));
  });
}

/** One request whose connection ends with its answer. */
export function rawRequest(port: number, lines: readonly string[], body = ""): Promise<RawAnswer> {
  return raw(port, (socket) => {
    socket.write(`${[...lines, "connection: close"].join("\r\n")}\r\n\r\n${body}`, "latin1");
  });
}
