import type { LookupFunction } from "node:net";
import { KfpError } from "../errors/kfp-error.ts";
import { unreadable } from "../errors/unreadable.ts";
import { exchange, type Route } from "./node-exchange.ts";
import { type ProxyAddress, proxyAddress, tunnelAgent } from "./node-proxy.ts";
import type { Lookup, TlsOptions } from "./tls-options.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/**
 * Options of the transport on `node:http` and `node:https`.
 *
 * @example
 * import { type NodeHttpOptions, nodeHttpTransport } from "@kfp-ts/sdk";
 *
 * const options: NodeHttpOptions = { connectTimeoutMs: 3_000, proxy: "http://proxy.example.com:3128" };
 * console.log(typeof nodeHttpTransport(options).send);
 */
export interface NodeHttpOptions {
  readonly tls?: TlsOptions | undefined;
  readonly lookup?: Lookup | undefined;
  /** An HTTP proxy to go through: `http://proxy.example.com:3128`. */
  readonly proxy?: string | undefined;
  /** How long a new connection may take, in milliseconds. */
  readonly connectTimeoutMs: number;
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
 *
 * @example
 * import { Client, nodeHttpTransport } from "@kfp-ts/sdk";
 *
 * const transport = nodeHttpTransport({ connectTimeoutMs: 3_000 });
 * console.log(new Client({ host: "http://localhost:3000", transport }).host);
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
      return exchange(this.#route, request);
    }
    return this.#load(request.origin).then((route) => {
      this.#route = route;
      this.#origin = request.origin;
      return exchange(route, request);
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
  const common = { prefix: "", hostHeader: url.host, connectTimeoutMs: options.connectTimeoutMs };
  const request = https === undefined ? http.request : https.request;
  if (proxy === undefined) {
    const agent = https === undefined ? new http.Agent(agentOptions) : new https.Agent(agentOptions);
    return { ...common, request, host, port, agent };
  }
  if (https === undefined) {
    const name = `${proxy.host}:${proxy.port}`;
    return { ...common, request, ...proxy, agent: new http.Agent(agentOptions), prefix: origin, proxy: name };
  }
  return {
    ...common,
    request,
    host,
    port,
    agent: await tunnelAgent(proxy, http, https, agentOptions, options.connectTimeoutMs),
  };
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
    throw unreadable(path, { what: "The file of certificates", fix, cause });
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
