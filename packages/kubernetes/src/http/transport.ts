import type { Agent, OutgoingHttpHeaders } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { ClientCertificate } from "../credentials/credentials.ts";
import { onAbort } from "../on-abort.ts";
import { TimedOut, type TransportAnswer, type UpgradeAnswer } from "./answer.ts";
import type { ProxyAddress } from "./proxy-address.ts";
import type { TlsSettings } from "./tls-settings.ts";
import { tunnelAgent } from "./tunnel-agent.ts";

/** Where a server is and how it is reached. */
export interface Endpoint {
  readonly url: URL;
  readonly tls: TlsSettings;
  readonly proxy: ProxyAddress | undefined;
}

/** One request. */
export interface TransportRequest {
  readonly method: string;
  /** From the server's root, with its query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | undefined;
  readonly certificate: ClientCertificate | undefined;
  readonly signal: AbortSignal | undefined;
  /** Until the head of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether the answer goes on for long: then its connection is not one of those that calls share. */
  readonly streamed: boolean;
}

/** A request for a connection in both directions. */
export type UpgradeRequest = Pick<TransportRequest, "path" | "certificate" | "signal" | "timeoutMs"> & {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly protocol: string;
};

/** An error of a connection that had served before: the server may have closed it while the request was on its way. */
export class ReusedConnectionLost extends Error {}

/** An apiserver closes what is idle for 90 s, what stands before it often sooner. */
const IDLE_MS = 15_000;
const MAX_SOCKETS = 64;
/** After how much silence a stream's connection is probed. */
const PROBE_MS = 30_000;

/** Connections that show the same certificate. Streams have their own, so that they never take up those of the calls. */
interface Agents {
  readonly certificate: ClientCertificate | undefined;
  readonly calls: Agent;
  readonly streams: Agent;
}

/** Sends requests to one server over connections that are kept. A new certificate of the client makes new connections. */
export class Transport {
  readonly #endpoint: Endpoint;
  readonly #prefix: string;
  #agents: Agents | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    const { url, proxy } = endpoint;
    // A proxy is asked for the whole URL where there is no TLS, and a server may live below a path (Rancher's do).
    const origin = proxy !== undefined && url.protocol === "http:" ? url.origin : "";
    this.#prefix = origin + url.pathname.replace(/\/+$/, "");
  }

  /** Fulfilled with the head of the answer; what ends the waiting for it is thrown as it is. */
  send(request: TransportRequest): Promise<TransportAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      if (signal?.aborted) return reject(signal.reason);
      const outgoing = this.#open(request);
      const done = (): void => {
        clearTimeout(timer);
        forget?.();
      };
      const fail = (error: unknown): void => {
        done();
        outgoing.destroy();
        reject(error);
      };
      const timer = setTimeout(() => fail(new TimedOut()), request.timeoutMs);
      const forget = signal === undefined ? undefined : onAbort(signal, () => fail(signal.reason));
      // Where nothing is sent for minutes, only this finds out that the other side is gone.
      if (request.streamed) outgoing.setSocketKeepAlive(true, PROBE_MS);
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        const lost = outgoing.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        fail(lost ? new ReusedConnectionLost(error.message, { cause: error }) : error);
      });
      outgoing.on("response", (message) => {
        done();
        resolve({ message, status: message.statusCode ?? 0 });
      });
      outgoing.end(request.body);
    });
  }

  /** Fulfilled with the connection, or with the answer that refuses it; what ends the waiting is thrown as it is. */
  async upgrade({ path, headers, certificate, signal, ...request }: UpgradeRequest): Promise<UpgradeAnswer> {
    // Only those who need it load what speaks WebSocket.
    const { openWebSocket } = await import("./web-socket.ts");
    if (signal?.aborted) throw signal.reason;
    const { url, proxy } = this.#endpoint;
    const viaProxy = proxy !== undefined && url.protocol === "http:";
    return openWebSocket({
      ...request,
      url: new URL(url.pathname.replace(/\/+$/, "") + path, url.origin),
      headers: { ...headers, host: url.host },
      agent: viaProxy ? tunnelAgent(proxy, {}, false) : this.#agentsFor(certificate).streams,
      signal,
      probeMs: PROBE_MS,
    });
  }

  /** Ends idle connections; what is under way goes on. */
  close(): void {
    if (this.#agents !== undefined) endIdle(this.#agents.calls);
  }

  #open({ method, path, headers, certificate, streamed }: TransportRequest) {
    const { url, proxy } = this.#endpoint;
    const secure = url.protocol === "https:";
    const agents = this.#agentsFor(certificate);
    const direct = {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    };
    const target = proxy !== undefined && !secure ? { host: proxy.host, port: proxy.port } : direct;
    const all: OutgoingHttpHeaders = { ...headers, host: url.host };
    if (target !== direct && proxy?.authorization !== undefined) all["proxy-authorization"] = proxy.authorization;
    const agent = streamed ? agents.streams : agents.calls;
    return (secure ? httpsRequest : httpRequest)({ ...target, agent, method, path: this.#prefix + path, headers: all });
  }

  #agentsFor(certificate: ClientCertificate | undefined): Agents {
    const made = this.#agents;
    if (
      made !== undefined &&
      made.certificate?.cert === certificate?.cert &&
      made.certificate?.key === certificate?.key
    ) {
      return made;
    }
    if (made !== undefined) endIdle(made.calls);
    this.#agents = {
      certificate,
      calls: this.#agent(certificate, { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_MS }),
      streams: this.#agent(certificate, { keepAlive: false }),
    };
    return this.#agents;
  }

  #agent(
    certificate: ClientCertificate | undefined,
    options: { keepAlive: boolean; maxSockets?: number; timeout?: number },
  ): Agent {
    const { url, tls, proxy } = this.#endpoint;
    if (url.protocol !== "https:") return new HttpAgent(options);
    const secured = {
      ...options,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
      ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    };
    return proxy === undefined ? new HttpsAgent(secured) : tunnelAgent(proxy, secured);
  }
}

function endIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}
