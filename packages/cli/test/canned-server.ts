import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** An answer that is known beforehand. */
export interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A server that answers as the test says. */
export function cannedServer(): {
  readonly url: string;
  /** What it answers from now on; undefined leaves the request without an answer. */
  answer(give: (request: IncomingMessage) => Canned | undefined): void;
} {
  let server: Server | undefined;
  let port = 0;
  let give: (request: IncomingMessage) => Canned | undefined = () => ({});
  const listener: RequestListener = (request, response) => {
    const canned = give(request);
    if (canned === undefined) return;
    const { status = 200, headers = { "content-type": "application/json" }, body = {} } = canned;
    response.writeHead(status, headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  beforeAll(async () => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    answer(next) {
      give = next;
    },
  };
}
