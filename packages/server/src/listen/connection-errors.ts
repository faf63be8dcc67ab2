import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "../ports/log.ts";

/** What is wrong with a request that never became one, by the code that Node gives it; 400 for all others. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what cannot be read as a request, or takes too long to arrive, and ends its connection. */
export function answerConnectionErrors(server: Server, log: Log): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (incoming, outgoing) => answering.set(incoming.socket, outgoing));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const current = answering.get(socket);
    const isBusy = current?.headersSent === true && !current.writableFinished;
    if (error.code === "ECONNRESET" || !socket.writable || isBusy) {
      socket.destroy();
      return;
    }
    const status = STATUSES[error.code ?? ""] ?? 400;
    const text = `${status} ${STATUS_CODES[status]}`;
    log.info({ status, reason: error.code }, "a connection was ended");
    socket.end(
      `HTTP/1.1 ${text}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n` +
        `content-length: ${text.length + 1}\r\nx-content-type-options: nosniff\r\n\r\n${text}\n`,
    );
  });
}
