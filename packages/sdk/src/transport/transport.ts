/**
 * A body that is sent piece by piece.
 *
 * @example
 * import type { StreamedBody } from "@kfp-ts/sdk";
 *
 * const body: StreamedBody = {
 *   length: 2,
 *   async *open() {
 *     yield new Uint8Array([123, 125]);
 *   },
 * };
 * console.log(body.length);
 */
export interface StreamedBody {
  /** Its length in bytes, where it is known; it is sent in chunks where it is not. */
  readonly length: number | undefined;
  /** Gives the body, from its beginning. */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * One HTTP request. Its URL is `origin` and `path` put together.
 *
 * @example
 * import type { TransportRequest } from "@kfp-ts/sdk";
 *
 * const describe = ({ method, origin, path }: TransportRequest) => `${method} ${origin}${path}`;
 * console.log(describe.name);
 */
export interface TransportRequest {
  /** Scheme, host and port: `http://localhost:3000`. */
  readonly origin: string;
  /** From the root of the server, percent-encoded, with the query. */
  readonly path: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | StreamedBody | undefined;
  /** How long the exchange may take, from the connection to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The largest answer that is read, in bytes. A larger one rejects. @default 256 MiB */
  readonly maxAnswerBytes?: number | undefined;
  /** Aborts the exchange; its reason is what the promise is rejected with. */
  readonly signal: AbortSignal | undefined;
  /**
   * Asked when an answer begins: what takes its body piece by piece, or undefined for a body that is read as text. Where
   * something takes it, `timeoutMs` is for the beginning alone, `body` is empty in the end, and no length is too large.
   * A transport that gives whole answers only need not ask.
   */
  readonly receive?: ((head: Pick<TransportResponse, "status" | "headers">) => TakePiece | undefined) | undefined;
}

/**
 * Takes a piece of an answer. The next one comes once the promise is fulfilled, so that nothing piles up.
 *
 * @example
 * import type { TakePiece } from "@kfp-ts/sdk";
 *
 * const count: TakePiece = async (piece) => console.log(piece.byteLength);
 * await count(new Uint8Array(3));
 */
export type TakePiece = (piece: Uint8Array) => Promise<void>;

/**
 * One HTTP answer, whatever its status.
 *
 * @example
 * import type { TransportResponse } from "@kfp-ts/sdk";
 *
 * const nothing: TransportResponse = { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
 * console.log(nothing.status);
 */
export interface TransportResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body, as text. */
  readonly body: string;
}

/**
 * How requests reach the server. The client does everything else: retries, credentials, errors.
 *
 * `send` fulfils with any answer that is HTTP, follows no redirection, and rejects where no answer came: with the
 * signal's reason after an abort, with an error named `TimeoutError` when `timeoutMs` was over, else with whatever the
 * platform says, which the client reads.
 *
 * @example
 * import { Client, type Transport } from "@kfp-ts/sdk";
 *
 * const canned: Transport = {
 *   send: async () => ({ status: 200, headers: { "content-type": "application/json" }, body: '{"multi_user":false}' }),
 * };
 * console.log(await new Client({ host: "http://anywhere", transport: canned }).healthz.get());
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Ends idle connections. */
  close?(): void;
}

/** The largest answer that is read, in bytes: more than a page of 200 runs with the largest specifications. */
export const MAX_ANSWER_BYTES: number = 256 * 1024 * 1024;

/** The answer is larger than what is read. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";

  constructor(limit: number) {
    super(`the answer is larger than ${limit} bytes`);
  }
}

/** What a transport rejects with when `timeoutMs` is over. */
export function timedOut(timeoutMs: number): Error {
  return new DOMException(`no answer within ${timeoutMs} ms`, "TimeoutError");
}

/** The code of the error when a proxy lets nothing through. */
export const TUNNEL_REFUSED = "ERR_PROXY_TUNNEL_REFUSED";

/** The code of the error when a proxy cannot be reached. */
export const PROXY_UNREACHABLE = "ERR_PROXY_UNREACHABLE";

/** The code of the error when the other side speaks another protocol from here on. */
export const PROTOCOL_SWITCHED = "ERR_PROTOCOL_SWITCHED";

/** The code of the error when a port accepts a connection, and TLS is not agreed on in time. */
export const TLS_UNFINISHED = "ERR_TLS_HANDSHAKE_TIMEOUT";

/**
 * What the caller's own code threw while a request was made ready. It goes back to the caller as it was, and is no failure
 * of the connection.
 */
export class CallbackFailed extends Error {
  override readonly name = "CallbackFailed";

  constructor(cause: unknown) {
    super("a callback failed", { cause });
  }
}
