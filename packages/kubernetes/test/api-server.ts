import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type KubeconfigOptions, type Kubernetes, kubernetesFromKubeconfig } from "../src/index.ts";

/** A request as the test's server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  readonly server: Server;
  /** Cuts every connection. */
  cut(): void;
}

/** A server that stands for the Kubernetes API, until the test is over. */
export async function startServer(
  answer: (request: Seen, response: ServerResponse) => void,
  tls?: ServerOptions,
): Promise<TestServer> {
  const seen: Seen[] = [];
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const url = new URL(message.url ?? "/", "http://server");
      const request: Seen = {
        method: message.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: message.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      seen.push(request);
      answer(request, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  return { url, port, seen, server, cut: () => server.closeAllConnections() };
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A failure in Kubernetes' own words. */
export function statusBody(code: number, reason: string, message: string, details?: object): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
}

/** A kubeconfig with one context. */
export function kubeconfigText(cluster: object, user: object = {}, namespace?: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test-cluster", cluster }],
    users: [{ name: "test-user", user }],
    contexts: [{ name: "test", context: { cluster: "test-cluster", user: "test-user", namespace } }],
  });
}

/** A client of a server, by a kubeconfig that exists in memory only, at `/people/dev/.kube/config`. */
export async function clientOf(
  cluster: object,
  user: object = {},
  options: Partial<KubeconfigOptions> & { readonly files?: Record<string, string> } = {},
): Promise<Kubernetes> {
  const { files = {}, ...rest } = options;
  const kubernetes = await kubernetesFromKubeconfig({
    env: { HOME: "/people/dev" },
    readFile: filesOf({ "/people/dev/.kube/config": kubeconfigText(cluster, user), ...files }),
    ...rest,
  });
  onTestFinished(() => kubernetes.close());
  return kubernetes;
}

/** Reads from a record of files, in which a test may change what it likes. */
export function filesOf(files: Readonly<Record<string, string | Error>>): (path: string) => Promise<string> {
  return async (path) => {
    const text = files[path];
    if (text === undefined) throw systemError("ENOENT");
    if (text instanceof Error) throw text;
    return text;
  };
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it is so`), { code });
}

/** What a promise was rejected with. */
export async function rejection<T extends Error>(promise: Promise<unknown>): Promise<T> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome) return outcome.error as T;
  throw new Error(`It was fulfilled with ${JSON.stringify(outcome.value)}.`);
}
