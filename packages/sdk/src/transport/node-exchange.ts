import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { onAbort } from "../on-abort.ts";
import {
  AnswerTooLarge,
  MAX_ANSWER_BYTES,
  type StreamedBody,
  type TransportRequest,
  type TransportResponse,
  timedOut,
} from "./transport.ts";

/** What requests to one origin have in common. */
export interface Route {
  readonly request: (options: RequestOptions) => ClientRequest;
  /** Where connections go: the server, or a proxy. */
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
  /** In front of the path: empty, or the origin where a proxy is asked for plain HTTP. */
  readonly prefix: string;
  readonly hostHeader: string;
  readonly connectTimeoutMs: number;
}

/**
 * Sends one request and reads its answer. Every call passes through here, so it is one function with few objects, and
 * whatever only some calls need is made only for them.
 */
export function exchange(route: Route, request: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { signal, timeoutMs, method, path, body } = request;
    let settled = false;
    let forget: (() => void) | undefined;
    let connectTimer: NodeJS.Timeout | undefined;

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      if (connectTimer !== undefined) clearTimeout(connectTimer);
      if (forget !== undefined) forget();
      return true;
    };
    const fail = (error: unknown): void => {
      if (!settle()) return;
      req.destroy();
      reject(error);
    };

    if (signal?.aborted) return reject(signal.reason);
    const { host, port, agent } = route;
    // Throws for a header that cannot be sent, which rejects the promise.
    const req = route.request({
      host,
      port,
      agent,
      method,
      path: route.prefix + path,
      headers: rawHeaders(route, request),
    });
    const timer = setTimeout(() => fail(timedOut(timeoutMs)), timeoutMs);
    if (signal !== undefined) forget = onAbort(signal, () => fail(signal.reason));

    req.on("error", fail);
    req.on("socket", (socket: Socket) => {
      if (socket.connecting) connectTimer = watchConnecting(socket, route.connectTimeoutMs, fail);
    });
    req.on("response", (message: IncomingMessage) => {
      readMessage(message, request.maxAnswerBytes ?? MAX_ANSWER_BYTES, fail, (text) => {
        if (!settle()) return;
        // An answer that came before the whole body was sent: nobody reads the rest.
        if (!req.writableEnded) req.destroy();
        resolve(new NodeResponse(message, text));
      });
    });
    if (typeof body === "object") writeBody(req, body, () => settled).catch(fail);
    else req.end(body);
  });
}

function watchConnecting(socket: Socket, connectTimeoutMs: number, fail: (error: unknown) => void): NodeJS.Timeout {
  const timer = setTimeout(() => fail(notConnected(connectTimeoutMs)), connectTimeoutMs);
  socket.once("connect", () => clearTimeout(timer));
  return timer;
}

/** What a connection ends with that does not come about in time. */
export function notConnected(connectTimeoutMs: number): Error {
  return Object.assign(new Error(`no connection within ${connectTimeoutMs} ms`), { code: "ETIMEDOUT" });
}

function readMessage(
  message: IncomingMessage,
  limit: number,
  fail: (error: unknown) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  message.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) fail(new AnswerTooLarge(limit));
  });
  message.on("error", fail);
  message.on("end", () => {
    const [first] = chunks;
    const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
    done(whole.toString("utf8"));
  });
}

async function writeBody(req: ClientRequest, body: StreamedBody, isOver: () => boolean): Promise<void> {
  for await (const chunk of body.open()) {
    if (isOver() || req.destroyed) return;
    if (!req.write(chunk)) await drained(req);
  }
  req.end();
}

function drained(req: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      req.off("drain", done);
      req.off("close", done);
      resolve();
    };
    req.on("drain", done);
    req.on("close", done);
  });
}

/** Node writes a flat list as it is, without the work of checking each name against what it would add itself. */
function rawHeaders({ hostHeader }: Route, { headers, body, method }: TransportRequest): string[] {
  const raw = ["host", hostHeader];
  for (const name in headers) raw.push(name, headers[name] as string);
  if (typeof body === "string") raw.push("content-length", String(Buffer.byteLength(body)));
  else if (body === undefined) {
    if (method !== "GET" && method !== "DELETE") raw.push("content-length", "0");
  } else if (body.length === undefined) raw.push("transfer-encoding", "chunked");
  else raw.push("content-length", String(body.length));
  return raw;
}

/** Headers are read from the message only when somebody asks. */
class NodeResponse implements TransportResponse {
  readonly status: number;
  readonly body: string;
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage, body: string) {
    this.status = message.statusCode ?? 0;
    this.body = body;
    this.#message = message;
  }

  get headers(): TransportResponse["headers"] {
    return this.#message.headers;
  }
}
