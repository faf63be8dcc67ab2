import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as the server got it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A real server on loopback, which is gone when the test is over. */
export interface LocalServer {
  /** Without a slash at the end. */
  readonly origin: string;
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
  readonly server: Server;
}

export type Answer = (request: ReceivedRequest, response: ServerResponse, count: number) => unknown;

const certificates = new URL("../fixtures/tls/", import.meta.url);

/** A certificate of the fixtures. */
export function certificate(name: string): string {
  return readFileSync(new URL(`${name}.pem`, certificates), "utf8");
}

/**
 * Starts a server.
 *
 * @param secure - The certificate of the fixtures that it shows; plain HTTP without.
 */
export async function localServer(answer: Answer, secure?: "good" | "elsewhere" | "expired"): Promise<LocalServer> {
  const received: ReceivedRequest[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
    received.push(one);
    await answer(one, response, received.length);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch(() => response.destroy());
  };
  const server =
    secure === undefined
      ? createServer(listener)
      : createSecureServer({ cert: certificate(secure), key: certificate(`${secure}-key`) }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => stop(server));
  const { port } = server.address() as AddressInfo;
  return { origin: `${secure === undefined ? "http" : "https"}://127.0.0.1:${port}`, port, received, server };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with text of another kind. */
export function page(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
}

/** An experiment as the API sends it. */
export function experimentOf(id: string) {
  return {
    experiment_id: id,
    display_name: `experiment ${id}`,
    created_at: "2026-01-31T12:00:00Z",
    last_run_created_at: "1970-01-01T00:00:00Z",
    storage_state: "AVAILABLE",
  };
}

/** A run as the API sends it. */
export function runOf(id: string, state?: string) {
  return {
    run_id: id,
    experiment_id: "e",
    display_name: `run ${id}`,
    created_at: "2026-01-31T12:00:00Z",
    ...(state && { state }),
  };
}

/** An error as the API sends it. */
export function refusal(code: number, text: string) {
  return {
    code,
    message: `Failed to do it: ${text}`,
    details: [{ "@type": "type.googleapis.com/google.rpc.Status", code, message: text }],
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
