import {
  type AnyMessage,
  type AnyOperation,
  type BodyOf,
  encodeRequest,
  type InputOf,
  type ParamsOf,
  type QueryOf,
} from "@kfp-ts/api";
import type { Clock } from "../clock.ts";
import type { Endpoint } from "../endpoint.ts";
import { badArgument } from "../errors/bad-argument.ts";
import type { StreamedBody, TakePiece } from "../transport/transport.ts";
import { checkedHeaders } from "./headers.ts";
import type { RequestOptions } from "./request-options.ts";
import { requestPath, requestQuery } from "./request-path.ts";
import { milliseconds, wholeNumber } from "./times.ts";

/** What holds for each call that does not say otherwise. */
export interface CallDefaults {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same for calls with a body in JSON: made once. */
  readonly jsonHeaders: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly uploadTimeoutMs: number;
  readonly maxRetries: number;
}

/** What an operation is called with. */
export interface CallInput<O extends AnyOperation> {
  readonly params?: ParamsOf<O>;
  readonly query?: QueryOf<O> | undefined;
  readonly body?: BodyOf<O>;
  readonly upload?: UploadBody;
  /** Takes the answer piece by piece, where it is a good one. */
  readonly take?: TakePiece;
}

/** A multipart form on its way. */
export interface UploadBody extends StreamedBody {
  readonly contentType: string;
  /** Whether `open` can be called a second time. */
  readonly reopens: boolean;
}

/** One call, with all its attempts. */
export interface Call {
  readonly operation: AnyOperation;
  readonly endpoint: Endpoint;
  /** With the path of the endpoint, without the query. */
  readonly path: string;
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | StreamedBody | undefined;
  readonly isUpload: boolean;
  readonly take: TakePiece | undefined;
  /** Whether the answer has begun to be taken: another attempt would begin it anew. */
  taken: boolean;
  readonly reopens: boolean;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  /** Moves on where credentials wait for a person. */
  deadline: number;
  readonly maxRetries: number;
  /** What the credentials gave for the latest attempt. */
  sent: Readonly<Record<string, string>> | undefined;
  /** What the latest answer said about coming back. */
  retryAfter: string | undefined;
  /** Whether an attempt may have had its effect without an answer having come. */
  lost: boolean;
}

/**
 * Makes a call of what it was asked with and what holds for all.
 *
 * @throws KfpError BAD_ARGUMENT, BAD_OPTION: before anything is sent.
 */
export function callOf<O extends AnyOperation>(
  defaults: CallDefaults,
  endpoint: Endpoint,
  operation: O,
  { params, query, body, upload, take }: CallInput<O>,
  options: RequestOptions,
): Call {
  const path = endpoint.basePath + requestPath(operation, params);
  const isUpload = upload !== undefined;
  const usual = isUpload ? defaults.uploadTimeoutMs : defaults.timeoutMs;
  const usualTotal = isUpload ? Math.max(usual, defaults.totalTimeoutMs) : defaults.totalTimeoutMs;
  const timeoutMs = milliseconds("timeoutMs", options.timeoutMs ?? usual);
  const totalTimeoutMs = milliseconds("totalTimeoutMs", options.totalTimeoutMs ?? usualTotal);
  const json = body === undefined || operation.body === undefined ? undefined : asJson(operation, operation.body, body);
  const common = json === undefined ? defaults.headers : defaults.jsonHeaders;
  return {
    operation,
    endpoint,
    path,
    pathAndQuery: path + requestQuery(operation, query),
    headers: headersOf(common, upload?.contentType, options.headers),
    body: json ?? upload,
    isUpload,
    take,
    taken: false,
    reopens: upload?.reopens ?? true,
    signal: joined(defaults.signal, options.signal),
    timeoutMs,
    totalTimeoutMs,
    deadline: defaults.clock.now() + totalTimeoutMs,
    maxRetries: wholeNumber("maxRetries", options.maxRetries ?? defaults.maxRetries),
    sent: undefined,
    retryAfter: undefined,
    lost: false,
  };
}

/** A signal that aborts when one of the two does. */
export function joined(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return AbortSignal.any([one, other]);
}

function headersOf(
  common: Readonly<Record<string, string>>,
  contentType: string | undefined,
  added: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (contentType === undefined && added === undefined) return common;
  return {
    ...common,
    ...(contentType !== undefined && { "content-type": contentType }),
    ...(added !== undefined && checkedHeaders(added)),
  };
}

/** Bodies hold values of the caller's (parameters of runs), and not every value can be JSON. */
function asJson<M extends AnyMessage>(operation: AnyOperation, message: M, body: InputOf<M>): string {
  try {
    return encodeRequest(message, body);
  } catch (cause) {
    const fact = cause instanceof Error ? (cause.message.split("\n", 1)[0] ?? "") : String(cause);
    throw badArgument(`${operation.id}: this cannot be sent as JSON: ${fact}.`, undefined, cause);
  }
}
