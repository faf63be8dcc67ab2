import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { LookupFunction, Socket } from "node:net";
import { KfpError } from "../errors/kfp-error.ts";
import { onAbort } from "../on-abort.ts";
import { type ProxyAddress, proxyAddress, tunnelAgents } from "./node-proxy.ts";
import type { Lookup, TlsOptions } from "./tls-options.ts";
import {
  AnswerTooLarge,
  MAX_ANSWER_BYTES,
  type StreamedBody,
  type Transport,
  type TransportRequest,
  type TransportResponse,
  timedOut,
} from "./transport.ts";

/** Options of the transport on `node:http` and `node:https`. */
export interface NodeHttpOptions {
  readonly tls?: TlsOptions | undefined;
  readonly lookup?: Lookup | undefined;
  /** An HTTP proxy to go through: `http://proxy.example.com:3128`. */
  readonly proxy?: string | undefined;
  /** How long a new connection may take, in milliseconds. */
  readonly connectTimeoutMs: number;
}

type Request = (options: RequestOptions) => ClientRequest;

/** What requests to one origin have in common. */
interface Route {
  readonly request: Request;
  readonly options: RequestOptions;
  readonly agent: Agent;
  /** In front of the path: empty, or the origin where a proxy is asked for plain HTTP. */
  readonly prefix: string;
  readonly hostHeader: string;
}

/**
 * Ends an idle connection before most servers do (Node's after 5 s): a request that is sent while the server closes is
 * lost, and what creates something must not be sent twice.
 */
const IDLE_MS = 4_000;
const MAX_SOCKETS = 64;

/**
 * Sends requests with `node:http` and `node:https` over connections that are kept. Nothing is loaded before the first
 * request.
 */
export function nodeHttpTransport(options: NodeHttpOptions): Transport {
  return new NodeHttpTransport(options);
}

class NodeHttpTransport implements Transport {
  readonly #options: NodeHttpOptions;
  readonly #proxy: ProxyAddress | undefined;
  readonly #loading = new Map<string, Promise<Route>>();
  #route: Route | undefined;
  #origin = "";

  constructor(options: NodeHttpOptions) {
    this.#options = options;
    this.#proxy = options.proxy === undefined ? undefined : proxyAddress(options.proxy);
  }

  send(request: TransportRequest): Promise<TransportResponse> {
    if (this.#route !== undefined && this.#origin === request.origin) {
      return new Exchange(this.#route, request, this.#options.connectTimeoutMs).promise;
    }
    return this.#load(request.origin).then((route) => {
      this.#route = route;
      this.#origin = request.origin;
      return new Exchange(route, request, this.#options.connectTimeoutMs).promise;
    });
  }

  close(): void {
    for (const loading of this.#loading.values()) {
      loading.then((route) => route.agent.destroy()).catch(() => undefined);
    }
  }

  #load(origin: string): Promise<Route> {
    let loading = this.#loading.get(origin);
    if (loading === undefined) {
      loading = makeRoute(origin, this.#options, this.#proxy);
      this.#loading.set(origin, loading);
      // What could not be loaded (a file of certificates that is missing) may be there the next time.
      loading.catch(() => this.#loading.delete(origin));
    }
    return loading;
  }
}

async function makeRoute(origin: string, options: NodeHttpOptions, proxy: ProxyAddress | undefined): Promise<Route> {
  const url = new URL(origin);
  const secure = url.protocol === "https:";
  const http = await import("node:http");
  const https = secure ? await import("node:https") : undefined;
  const agentOptions = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    timeout: IDLE_MS,
    ...(secure ? await tlsOptions(options.tls ?? {}) : {}),
    ...(options.lookup === undefined ? {} : { lookup: nodeLookup(options.lookup) }),
  };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const hostHeader = url.host;
  if (proxy !== undefined) {
    const tunnel = await tunnelAgents(proxy, http, https, agentOptions);
    if (tunnel.absolute !== undefined) {
      const { absolute, agent } = tunnel;
      return { request: http.request, options: { ...absolute, agent }, agent, prefix: origin, hostHeader };
    }
    const request = https?.request ?? http.request;
    return { request, options: { host, port, agent: tunnel.agent }, agent: tunnel.agent, prefix: "", hostHeader };
  }
  const agent: Agent = https === undefined ? new http.Agent(agentOptions) : new https.Agent(agentOptions);
  const request: Request = https === undefined ? http.request : https.request;
  return { request, options: { host, port, agent }, agent, prefix: "", hostHeader };
}

async function tlsOptions(tls: TlsOptions): Promise<{ ca?: string | string[]; rejectUnauthorized?: boolean }> {
  const ca = tls.caFile === undefined ? tls.ca : await readCaFile(tls.caFile);
  return {
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
    ...(tls.insecureSkipVerify === true ? { rejectUnauthorized: false } : {}),
  };
}

async function readCaFile(path: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const fix = "Correct tls.caFile (the command's --ca-file), or leave it out to trust what Node trusts.";
    throw new KfpError("FILE_UNREADABLE", { message: `The file of certificates ${path} cannot be read.`, fix, cause });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new KfpError("BAD_OPTION", {
    message: `The file ${path} holds no certificate in PEM form.`,
    fix: 'A PEM file has lines "-----BEGIN CERTIFICATE-----"; convert others with: openssl x509 -inform der -in FILE',
  });
}

function nodeLookup(lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) {
          const error = Object.assign(new Error(`lookup knows no address of ${hostname}`), { code: "ENOTFOUND" });
          callback(error, "", 4);
        } else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), "", 4),
    );
  };
}

/** One request and its answer. */
class Exchange {
  readonly promise: Promise<TransportResponse>;
  readonly #request: TransportRequest;
  readonly #connectTimeoutMs: number;
  #resolve!: (response: TransportResponse) => void;
  #reject!: (error: unknown) => void;
  #req: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #forget: (() => void) | undefined;
  #settled = false;

  constructor(route: Route, request: TransportRequest, connectTimeoutMs: number) {
    this.#request = request;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    try {
      this.#start(route);
    } catch (error) {
      this.#fail(error);
    }
  }

  #start(route: Route): void {
    const { signal, timeoutMs, method, path, body } = this.#request;
    signal?.throwIfAborted();
    const req = route.request({
      ...route.options,
      method,
      path: route.prefix + path,
      headers: rawHeaders(route, this.#request),
    });
    this.#req = req;
    if (signal !== undefined) this.#forget = onAbort(signal, () => this.#fail(signal.reason));
    this.#timer = setTimeout(() => this.#fail(timedOut(timeoutMs)), timeoutMs);
    req.on("error", this.#fail);
    req.on("response", this.#onResponse);
    req.on("socket", this.#onSocket);
    if (typeof body === "object") this.#write(req, body).catch(this.#fail);
    else req.end(body);
  }

  async #write(req: ClientRequest, body: StreamedBody): Promise<void> {
    for await (const chunk of body.open()) {
      if (this.#settled || req.destroyed) return;
      if (!req.write(chunk)) await drained(req);
    }
    req.end();
  }

  readonly #onSocket = (socket: Socket) => {
    if (!socket.connecting) return;
    this.#connectTimer = setTimeout(() => {
      const message = `no connection within ${this.#connectTimeoutMs} ms`;
      this.#fail(Object.assign(new Error(message), { code: "ETIMEDOUT" }));
    }, this.#connectTimeoutMs);
    socket.once("connect", () => clearTimeout(this.#connectTimer));
  };

  readonly #onResponse = (response: IncomingMessage) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) this.#fail(new AnswerTooLarge());
    });
    response.on("error", this.#fail);
    response.on("end", () => {
      const [first] = chunks;
      const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
      this.#succeed(new NodeResponse(response, whole.toString("utf8")));
    });
  };

  #succeed(response: TransportResponse): void {
    if (!this.#settle()) return;
    // An answer that came before the whole body was sent: nobody reads the rest.
    if (this.#req?.writableEnded === false) this.#req.destroy();
    this.#resolve(response);
  }

  readonly #fail = (error: unknown) => {
    if (!this.#settle()) return;
    this.#req?.destroy();
    this.#reject(error);
  };

  /** @returns whether this is the first outcome. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#connectTimer !== undefined) clearTimeout(this.#connectTimer);
    this.#forget?.();
    return true;
  }
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
