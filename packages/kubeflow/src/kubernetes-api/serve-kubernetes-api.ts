import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "@kfp-ts/server/ports";
import { KubeflowError } from "../box/kubeflow-error.ts";
import { StatusError } from "../tokens/status-error.ts";
import { answerKubernetesApi, type KubernetesApiOptions } from "./kubernetes-api.ts";
import { type ApiAnswer, statusOf } from "./status.ts";

/** The API, listening. */
export interface ServedKubernetesApi {
  /** `http://127.0.0.1:6443` */
  readonly url: string;
  close(): Promise<void>;
}

/** What is larger is refused; a review has some kilobytes. */
const LARGEST_BODY = 1024 * 1024;

/**
 * Serves the API on 127.0.0.1, over plain HTTP: nobody else on the network reaches it. A web page in a browser on this
 * machine could try; it has no token, and a name that it has had pointed here is refused.
 *
 * @param port - 0 for any that is free.
 * @throws KubeflowError where it cannot listen there
 */
export async function serveKubernetesApi(
  options: KubernetesApiOptions,
  { port, log }: { readonly port: number; readonly log: Log },
): Promise<ServedKubernetesApi> {
  const server = createServer({ requestTimeout: 30_000 }, (incoming, outgoing) => {
    answer(options, incoming)
      .catch((error: Error) => {
        log.error({ err: error }, "a call of the Kubernetes API failed");
        return statusOf(new StatusError(500, "InternalError", "Internal error occurred"));
      })
      .then((answered) => send(outgoing, answered))
      .catch(() => outgoing.destroy());
  });
  await listen(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(options: KubernetesApiOptions, incoming: IncomingMessage): Promise<ApiAnswer> {
  const { host = "", authorization, origin } = incoming.headers;
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) || origin !== undefined) {
    return statusOf(new StatusError(403, "Forbidden", "this is for programs of this machine, under 127.0.0.1"));
  }
  const body = await bodyOf(incoming);
  if (body === undefined) {
    return statusOf(new StatusError(413, "RequestEntityTooLarge", `limit is ${LARGEST_BODY}`));
  }
  const path = (incoming.url ?? "/").replace(/\?.*$/s, "");
  const { method = "GET" } = incoming;
  return answerKubernetesApi(options, { method, path, authorization, body, origin: `http://${host}` });
}

/** @returns undefined where it is too large */
async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(outgoing: ServerResponse, { status, body, contentType = "application/json" }: ApiAnswer): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  outgoing.writeHead(status, { "content-type": contentType, "cache-control": "no-cache, private" }).end(text);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new KubeflowError("ERR_INVALID", `The Kubernetes API cannot listen on port ${port}: ${cause.code}.`, {
          fix: "Give --kubernetes-port another one, or 0 for any that is free.",
          cause,
        }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
