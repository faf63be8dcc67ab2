import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { onAbort } from "../on-abort.ts";
import {
  AnswerTooLarge,
  MAX_ANSWER_BYTES,
  PROTOCOL_SWITCHED,
  PROXY_UNREACHABLE,
  type StreamedBody,
  type TakePiece,
  TLS_UNFINISHED,
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
  /** The proxy that is asked for plain HTTP: whatever goes wrong before it is reached is about it, not the server. */
  readonly proxy?: string | undefined;
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
    req.on("upgrade", (_message: IncomingMessage, socket: Socket) => {
      // Nobody asked for it. Node would end the connection, and the request would never hear of it.
      socket.destroy();
      fail(Object.assign(new Error("the other side switched to another protocol"), { code: PROTOCOL_SWITCHED }));
    });
    req.on("socket", (socket: Socket) => {
      if (socket.connecting || isAgreeingOnTls(socket)) connectTimer = watchConnecting(socket, route, fail);
    });
    req.on("response", (message: IncomingMessage) => {
      const done = (text: string): void => {
        if (!settle()) return;
        // An answer that came before the whole body was sent: nobody reads the rest.
        if (!req.writableEnded) req.destroy();
        resolve(new NodeResponse(message, text));
      };
      const take = request.receive?.({ status: message.statusCode ?? 0, headers: message.headers });
      if (take === undefined) return readMessage(message, request.maxAnswerBytes ?? MAX_ANSWER_BYTES, fail, done);
      clearTimeout(timer);
      passOn(message, take).then(() => done(""), fail);
    });
    if (typeof body === "object") writeBody(req, body, () => settled).catch(fail);
    else req.end(body);
  });
}

/** Through the tunnel of a proxy, a socket is connected before TLS begins. */
function isAgreeingOnTls(socket: Socket): boolean {
  return (socket as { readonly secureConnecting?: boolean }).secureConnecting === true;
}

/** A connection is there when the name is found, the host has accepted, and TLS is agreed on. */
function watchConnecting(
  socket: Socket,
  { host, connectTimeoutMs, proxy }: Route,
  fail: (error: unknown) => void,
): NodeJS.Timeout {
  const isSecure = isAgreeingOnTls(socket);
  let missing = socket.connecting ? (isAddress(host) ? connection : name) : tls;
  const failVia = (error: Error): void => fail(proxy === undefined ? error : proxyUnreachable(proxy, error));
  const timer = setTimeout(() => failVia(notInTime(missing, connectTimeoutMs)), connectTimeoutMs);
  socket.once("lookup", () => {
    missing = connection;
  });
  if (proxy !== undefined) socket.prependOnceListener("error", failVia);
  socket.once("connect", () => {
    missing = tls;
    if (!isSecure) clearTimeout(timer);
    socket.off("error", failVia);
  });
  socket.once("secureConnect", () => clearTimeout(timer));
  return timer;
}

/** What a connection can be waiting for, and the code of the error where that takes too long. */
const name = { fact: "name resolution did not answer", code: "EAI_AGAIN" };
const connection = { fact: "no connection", code: "ETIMEDOUT" };
const tls = { fact: "TLS was not agreed on", code: TLS_UNFINISHED };

function notInTime({ fact, code }: typeof name, connectTimeoutMs: number): Error {
  return Object.assign(new Error(`${fact} within ${connectTimeoutMs} ms`), { code });
}

/** An IPv4 or IPv6 address needs no name resolution. */
function isAddress(host: string): boolean {
  return host.includes(":") || /^[\d.]+$/.test(host);
}

/** What a connection ends with that does not come about in time. */
export function notConnected(connectTimeoutMs: number): Error {
  return notInTime(connection, connectTimeoutMs);
}

/** What a connection ends with whose proxy cannot be reached. */
export function proxyUnreachable(proxy: string, cause: Error): Error {
  const { code } = cause as NodeJS.ErrnoException;
  const fact = `the proxy ${proxy} cannot be reached (${code === "ETIMEDOUT" || code === undefined ? cause.message : code})`;
  return Object.assign(new Error(fact, { cause }), { code: PROXY_UNREACHABLE });
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

/** Passes a body on piece by piece, no faster than it is taken. */
async function passOn(message: IncomingMessage, take: TakePiece): Promise<void> {
  for await (const piece of message) await take(piece as Buffer);
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
