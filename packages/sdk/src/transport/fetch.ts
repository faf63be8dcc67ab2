import { onAbort } from "../on-abort.ts";
import {
  AnswerTooLarge,
  MAX_ANSWER_BYTES,
  type StreamedBody,
  type Transport,
  type TransportRequest,
  type TransportResponse,
  timedOut,
} from "./transport.ts";

/**
 * The part of `fetch` that is used.
 *
 * @example
 * import { Client, type Fetch } from "@kfp-ts/sdk";
 *
 * const counted: Fetch = (url, init) => {
 *   console.error(init.method, url);
 *   return fetch(url, init);
 * };
 * console.log(new Client({ host: "http://localhost:3000", fetch: counted }).host);
 */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
    redirect: "manual";
    credentials: "same-origin";
    signal: AbortSignal;
  },
) => Promise<FetchResponse>;

/**
 * The part of `Response` that is used.
 *
 * @example
 * import type { FetchResponse } from "@kfp-ts/sdk";
 *
 * const empty: FetchResponse = new Response("{}", { headers: { "content-type": "application/json" } });
 * console.log(empty.status);
 */
export interface FetchResponse {
  readonly status: number;
  readonly type?: string;
  readonly headers: { forEach(visit: (value: string, name: string) => void): void };
  readonly body: { getReader(): ChunkReader } | null;
}

interface ChunkReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<unknown>;
}

/**
 * Sends requests with `fetch`: in browsers, and wherever the caller brings one.
 *
 * A streamed body is gathered first, because browsers send streams over HTTP/2 only; the progress of an upload is then
 * that of the gathering.
 *
 * @example
 * import { Client, fetchTransport } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000", transport: fetchTransport(fetch) });
 * console.log(kfp.host);
 */
export function fetchTransport(fetch: Fetch): Transport {
  return { send: (request) => sendWith(fetch, request) };
}

async function sendWith(fetch: Fetch, request: TransportRequest): Promise<TransportResponse> {
  const { signal, timeoutMs } = request;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const forget = signal && onAbort(signal, () => controller.abort(signal.reason));
  const timer = setTimeout(() => controller.abort(timedOut(timeoutMs)), timeoutMs);
  try {
    const body = typeof request.body === "object" ? await gathered(request.body, controller.signal) : request.body;
    const response = await fetch(request.origin + request.path, {
      method: request.method,
      headers: { ...request.headers },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      credentials: "same-origin",
      signal: controller.signal,
    });
    return await readResponse(response, request, () => clearTimeout(timer));
  } catch (error) {
    // Runtimes differ in what they reject with after an abort; the reason itself is what callers wait for.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}

async function readResponse(
  response: FetchResponse,
  { receive, maxAnswerBytes = MAX_ANSWER_BYTES }: TransportRequest,
  begun: () => void,
): Promise<TransportResponse> {
  const headers: Record<string, string> = {};
  const setCookies: string[] = [];
  response.headers.forEach((value, name) => {
    // The only one that comes several times.
    if (name.toLowerCase() === "set-cookie") setCookies.push(value);
    else headers[name.toLowerCase()] = value;
  });
  // A browser shows nothing of a redirection but that it was one.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  const head = { status, headers: setCookies.length === 0 ? headers : { ...headers, "set-cookie": setCookies } };
  if (response.body === null) return { ...head, body: "" };
  const reader = response.body.getReader();
  const take = receive?.(head);
  if (take === undefined) return { ...head, body: await readText(reader, maxAnswerBytes) };
  begun();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (piece.value !== undefined) await take(piece.value);
  }
  return { ...head, body: "" };
}

async function readText(reader: ChunkReader, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value?.byteLength ?? 0;
    if (size > limit) {
      reader.cancel().catch(() => undefined);
      throw new AnswerTooLarge(limit);
    }
    text += decoder.decode(value, { stream: true });
  }
}

async function gathered(body: StreamedBody, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body.open()) {
    signal.throwIfAborted();
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
