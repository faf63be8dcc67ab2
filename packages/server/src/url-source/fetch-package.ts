import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { LookupFunction } from "node:net";
import { invalidArgument, StatusError } from "@kfp-ts/api";
import type { UploadedFile } from "../services/handlers.ts";
import { guardedLookup, type Resolve } from "./guarded-lookup.ts";
import { checkUrl, type UrlPolicy } from "./url-policy.ts";

/** Sends one request, as `https.request` and `http.request` do. */
export type SendRequest = (
  url: URL,
  options: RequestOptions & { readonly lookup: LookupFunction },
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

/** How packages are fetched; everything has upstream's default. */
export interface UrlSourceOptions extends Partial<UrlPolicy> {
  /** For one package, with its redirects, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** The largest package, in bytes. */
  readonly maxBytes?: number | undefined;
  /** Finds the addresses of a name; those of the machine's resolver by default. */
  readonly resolve?: Resolve | undefined;
  /** Sends a request; over node:https or node:http by default. */
  readonly request?: SendRequest | undefined;
}

const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Fetches a compiled pipeline from a URL, called by the last part of its path. */
export type FetchPackage = (url: string) => Promise<UploadedFile>;

/**
 * Makes what fetches packages. A URL comes from a caller, so it must not reach what only this machine can reach: each
 * URL, also that of a redirect, is checked by its policy, and each connection by the addresses of its host.
 *
 * The fetching fails with INVALID_ARGUMENT throughout: upstream answers a host that cannot be reached with 500, though
 * the mistake is in the request.
 */
export function createFetchPackage(options: UrlSourceOptions = {}): FetchPackage {
  const { timeoutMs = 30_000, maxBytes = 32 * 1024 * 1024, resolve = resolveAll } = options;
  const policy = { allowedDomains: options.allowedDomains ?? [], allowHttp: options.allowHttp ?? false };
  const lookup = guardedLookup(resolve);

  return async (text) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let url = checkUrl(text, policy);
    const name = nameOf(url);
    const shown = `${url.origin}${url.pathname}`;
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
        const request = options.request ?? (await loadRequest(url.protocol));
        const response = await send(request, url, { lookup, signal, agent: false });
        const { statusCode = 0, headers } = response;
        if (!REDIRECTS.has(statusCode) || headers.location === undefined) {
          if (statusCode === 200) return { name, bytes: await read(response, maxBytes, shown) };
          response.destroy();
          throw invalidArgument(`error fetching pipeline spec from ${shown} - request returned ${statusCode}`);
        }
        response.destroy();
        const next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url).href : headers.location;
        url = checkUrl(next, policy);
      }
      throw invalidArgument(`error fetching pipeline spec from ${shown}: more than ${MAX_REDIRECTS} redirects`);
    } catch (error) {
      if (error instanceof StatusError) throw error;
      const reason = signal.aborted ? `it took longer than ${timeoutMs / 1000} seconds` : reasonOf(error);
      throw invalidArgument(`error downloading the pipeline spec from ${shown}: ${reason}`, { cause: error });
    }
  };
}

function send(
  request: SendRequest,
  url: URL,
  options: RequestOptions & { readonly lookup: LookupFunction },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { accept: "*/*", "accept-encoding": "identity", "user-agent": "kfp-ts" };
    request(url, { ...options, headers }, resolve)
      .once("error", reject)
      .end();
  });
}

async function read(response: IncomingMessage, maxBytes: number, shown: string): Promise<Uint8Array> {
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    response.destroy();
    throw invalidArgument(`error fetching pipeline spec from ${shown}: it is encoded as ${JSON.stringify(encoding)}`);
  }
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > maxBytes) {
      response.destroy();
      throw invalidArgument(`the pipeline spec at ${shown} is larger than ${Math.floor(maxBytes / 2 ** 20)} MiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, received);
}

function nameOf(url: URL): string {
  const last = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** In words, without the addresses that system errors carry. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its host is not known";
  if (code === "ECONNREFUSED") return "its host refuses the connection";
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "its host cannot be reached";
  return /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code)
    ? `its certificate is not good (${code})`
    : "the connection broke";
}

const resolveAll: Resolve = async (hostname) => {
  const { lookup } = await import("node:dns/promises");
  return lookup(hostname, { all: true });
};

/** Loaded when the first package is fetched: most servers never fetch any. */
async function loadRequest(protocol: string): Promise<SendRequest> {
  const { request } = protocol === "https:" ? await import("node:https") : await import("node:http");
  return request;
}
