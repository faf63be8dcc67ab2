import { type AnyOperation, operations, type ResponseOf } from "@kfp-ts/api";
import type { Clock } from "../clock.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { bearerFacts, type TokenFacts } from "../credentials/token-facts.ts";
import type { EndpointSource } from "../discovery/endpoint-source.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { connectionFailure } from "../errors/connection-failure.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import {
  CallbackFailed,
  type TakePiece,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "../transport/transport.ts";
import { type ReceivedJson, readAnswer } from "./answer.ts";
import { Asking } from "./asking.ts";
import { type Call, type CallDefaults, type CallInput, callOf, joined } from "./call.ts";
import { decodeAnswer } from "./decode-answer.ts";
import { checkedHeaders } from "./headers.ts";
import { maskedHeaders, type RequestEvent, type RequestObserver, tell } from "./observer.ts";
import type { RequestOptions } from "./request-options.ts";
import { isRepeatable, isWorthRetrying, retryDelay } from "./retry-policy.ts";
import { milliseconds } from "./times.ts";

/** What the calls of one client have in common. */
export interface CallerOptions extends Omit<CallDefaults, "jsonHeaders"> {
  readonly endpoint: EndpointSource;
  readonly transport: Transport;
  readonly credentials: Credentials | undefined;
  readonly observer: RequestObserver | undefined;
}

const identityRefused: ReadonlySet<ErrorCode> = new Set([
  "UNAUTHENTICATED",
  "LOGIN_REQUIRED",
  "TOKEN_REFUSED",
  "TOKEN_EXPIRED",
  "CLOCKS_DIFFER",
  "TOKEN_WRONG_AUDIENCE",
  "TOKEN_ISSUER_UNKNOWN",
  "TOKEN_KEYS_UNKNOWN",
  "NO_IDENTITY",
]);
const answerLost: ReadonlySet<ErrorCode> = new Set(["CONNECTION_LOST", "TIMEOUT", "GATEWAY_TIMEOUT"]);

/** Makes the calls of the API: whatever the operation tables say can be called. */
export class Caller {
  readonly #options: CallerOptions & CallDefaults;

  constructor(options: CallerOptions) {
    this.#options = { ...options, jsonHeaders: { ...options.headers, "content-type": "application/json" } };
  }

  /** The clock of the client. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** Calls an operation and reads its answer. */
  async call<O extends AnyOperation>(
    operation: O,
    input: CallInput<O>,
    options?: RequestOptions,
  ): Promise<ResponseOf<O>> {
    const value = await this.json(operation, input, options);
    return decodeAnswer(operation, value);
  }

  /** Calls an operation and gives its answer as it is. */
  json<O extends AnyOperation>(operation: O, input: CallInput<O>, options: RequestOptions = {}): Promise<ReceivedJson> {
    const { known } = this.#options.endpoint;
    if (known === undefined) return this.#findFirst(operation, input, options);
    let call: Call;
    try {
      call = callOf(this.#options, known, operation, input, options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#run(call);
  }

  async #findFirst<O extends AnyOperation>(
    operation: O,
    input: CallInput<O>,
    options: RequestOptions,
  ): Promise<ReceivedJson> {
    const { endpoint, signal, clock, totalTimeoutMs: usual } = this.#options;
    const totalTimeoutMs = milliseconds("totalTimeoutMs", options.totalTimeoutMs ?? usual);
    const caller = joined(signal, options.signal);
    const began = clock.now();
    const clockOfCall = AbortSignal.timeout(Math.ceil(totalTimeoutMs));
    const found = await endpoint.find(joined(caller, clockOfCall)).catch((error: unknown) => {
      if (caller?.aborted || !clockOfCall.aborted) throw error;
      const message = `${operation.id}: no Kubeflow Pipelines was found in this cluster within ${totalTimeoutMs} ms.`;
      throw new TimeoutError("TOTAL_TIMEOUT", { message }, totalTimeoutMs);
    });
    const left = Math.max(1, totalTimeoutMs - (clock.now() - began));
    return this.#run(callOf(this.#options, found, operation, input, { ...options, totalTimeoutMs: left }));
  }

  /**
   * What the token says of itself that would be sent with an operation; undefined where none would, or one that says
   * nothing.
   */
  async tokenFacts(operation: AnyOperation, options: RequestOptions = {}): Promise<TokenFacts | undefined> {
    const own = this.#options;
    const signal = joined(own.signal, options.signal);
    const { origin, basePath, url } = await own.endpoint.find(signal);
    const given = { ...own.headers, ...(options.headers && checkedHeaders(options.headers)) };
    if (own.credentials === undefined) return bearerFacts(given.authorization);
    const timeoutMs = milliseconds("timeoutMs", options.timeoutMs ?? own.timeoutMs);
    const asking = new Asking(
      operation,
      origin + basePath + operation.path,
      { endpoint: url, transport: own.transport },
      timeoutMs,
      signal,
    );
    return bearerFacts({ ...given, ...(await asking.headers(own.credentials)) }.authorization);
  }

  async #run(call: Call): Promise<ReceivedJson> {
    if (call.isUpload) await this.#checkSession(call);
    let replayed = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const value = this.#read(call, await this.#attempt(call, attempt));
        this.#tellAccepted(call);
        return value;
      } catch (thrown) {
        if (call.signal?.aborted) throw call.signal.reason;
        if (thrown instanceof CallbackFailed) throw thrown.cause;
        const error = this.#failure(call, thrown);
        // The attempt before did it, and only its answer was lost.
        if (call.lost && call.operation.method === "DELETE" && error.code === "NOT_FOUND") return {};
        call.lost ||= answerLost.has(error.code);
        if (!replayed && (await this.#renewed(call, error))) {
          if (!call.reopens) throw sessionEnded(call, error);
          replayed = true;
          attempt -= 1;
          continue;
        }
        await this.#backOff(call, attempt, error);
      }
    }
  }

  /**
   * An upload is long, a gateway may hang up in the middle of one that it refuses, and a stream cannot be sent twice. So
   * where a session can end, a cheap call comes first, and renews it. What else is wrong, the upload itself will meet.
   */
  async #checkSession({ endpoint, signal, timeoutMs, deadline }: Call): Promise<void> {
    const { clock, credentials } = this.#options;
    if (credentials?.refused === undefined) return;
    const totalTimeoutMs = Math.max(1, deadline - clock.now());
    const options = { signal, timeoutMs, totalTimeoutMs, maxRetries: 0 };
    try {
      await this.#run(callOf(this.#options, endpoint, operations.healthz.get, {}, options));
    } catch (error) {
      if (signal?.aborted || !isKfpError(error) || error.kind === "access") throw error;
    }
  }

  #attempt(call: Call, attempt: number): Promise<TransportResponse> {
    const { clock, credentials, observer } = this.#options;
    const timeoutMs = Math.min(call.timeoutMs, call.deadline - clock.now());
    if (timeoutMs <= 0) return Promise.reject(this.#outOfTime(call));
    call.retryAfter = undefined;
    if (credentials !== undefined) return this.#authenticated(call, attempt, timeoutMs, credentials);
    if (observer !== undefined) return this.#observed(call, attempt, call.headers, timeoutMs);
    return this.#send(call, call.headers, timeoutMs);
  }

  async #authenticated(
    call: Call,
    attempt: number,
    timeoutMs: number,
    credentials: Credentials,
  ): Promise<TransportResponse> {
    const { observer } = this.#options;
    const asking = this.#asking(call, timeoutMs);
    call.sent = await this.#patiently(call, credentials, () => asking.headers(credentials));
    const headers = { ...call.headers, ...call.sent };
    const sending =
      observer === undefined ? this.#send(call, headers, timeoutMs) : this.#observed(call, attempt, headers, timeoutMs);
    if (credentials.received === undefined) return sending;
    const response = await sending;
    const setCookies = response.headers["set-cookie"];
    // A redirection is to a login, and its cookies are of that login: they make no new session of one that is over.
    const isRedirection = response.status >= 300 && response.status < 400;
    if (setCookies !== undefined && !isRedirection) {
      credentials.received({
        url: asking.url,
        endpoint: asking.endpoint,
        sent: call.sent,
        setCookies: typeof setCookies === "string" ? [setCookies] : setCookies,
      });
    }
    return response;
  }

  #tellAccepted({ sent, endpoint, pathAndQuery }: Call): void {
    const { credentials } = this.#options;
    if (sent === undefined || credentials?.accepted === undefined) return;
    credentials.accepted({ url: endpoint.origin + pathAndQuery, endpoint: endpoint.url, sent });
  }

  /** What a person takes is not what the server takes: the clock of the call stands still. */
  async #patiently<T>(call: Call, credentials: Credentials, ask: () => Promise<T>): Promise<T> {
    if (credentials.patienceMs === undefined) return ask();
    const { clock } = this.#options;
    const began = clock.now();
    try {
      return await ask();
    } finally {
      call.deadline += clock.now() - began;
    }
  }

  #send(call: Call, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<TransportResponse> {
    return this.#options.transport.send({
      origin: call.endpoint.origin,
      path: call.pathAndQuery,
      method: call.operation.method,
      headers,
      body: call.body,
      timeoutMs,
      signal: call.signal,
      ...(call.take !== undefined && { receive: receiverOf(call, call.take) }),
    });
  }

  async #observed(
    call: Call,
    attempt: number,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<TransportResponse> {
    const { clock, observer } = this.#options;
    const event = this.#event(call, attempt, headers);
    const began = clock.now();
    tell(observer?.onRequest?.bind(observer), () => event);
    try {
      const response = await this.#send(call, headers, timeoutMs);
      tell(observer?.onResponse?.bind(observer), () => ({
        ...event,
        status: response.status,
        responseHeaders: maskedHeaders(response.headers),
        durationMs: clock.now() - began,
      }));
      return response;
    } catch (error) {
      const failure = call.signal?.aborted || error instanceof CallbackFailed ? error : this.#failure(call, error);
      tell(observer?.onFailure?.bind(observer), () => ({ ...event, error: failure, durationMs: clock.now() - began }));
      throw failure;
    }
  }

  #event(call: Call, attempt: number, headers: Readonly<Record<string, string>>): RequestEvent {
    const { id: operation, method } = call.operation;
    const url = call.endpoint.origin + call.pathAndQuery;
    return { operation, method, url, headers: maskedHeaders(headers), attempt };
  }

  #failure(call: Call, error: unknown): KfpError {
    if (isKfpError(error)) return error;
    if ((error as { name?: unknown } | null)?.name !== "TimeoutError") {
      return connectionFailure(error, { operation: call.operation.id, host: call.endpoint.url });
    }
    if (call.deadline - this.#options.clock.now() < 1) return this.#outOfTime(call, error);
    const message = `${call.operation.id}: ${call.endpoint.url} did not answer within ${call.timeoutMs} ms.`;
    return new TimeoutError("TIMEOUT", { message, cause: error }, call.timeoutMs);
  }

  #outOfTime(call: Call, cause?: unknown): TimeoutError {
    const message = `${call.operation.id}: ${call.endpoint.url} gave no good answer within ${call.totalTimeoutMs} ms.`;
    return new TimeoutError("TOTAL_TIMEOUT", { message, cause }, call.totalTimeoutMs);
  }

  #read(call: Call, response: TransportResponse): ReceivedJson {
    if (call.taken) return {};
    // A transport that gives whole answers only has not asked who takes it.
    if (call.take !== undefined && receiverOf(call, call.take)(response) !== undefined) {
      void call.take(new TextEncoder().encode(response.body));
      return {};
    }
    const { retryAfter, value, error } = readAnswer(
      call.operation,
      {
        path: call.path,
        host: call.endpoint.url,
        headers: call.headers,
        sent: call.sent,
      },
      response,
    );
    if (error === undefined) return value;
    call.retryAfter = retryAfter;
    throw error;
  }

  /** Whether the credentials have something else to offer after they were refused. */
  async #renewed(call: Call, error: KfpError): Promise<boolean> {
    const { credentials, clock } = this.#options;
    if (credentials?.refused === undefined || !identityRefused.has(error.code)) return false;
    const timeoutMs = Math.min(call.timeoutMs, call.deadline - clock.now());
    if (timeoutMs <= 0) return false;
    const asking = this.#asking(call, timeoutMs);
    const { status = 401 } = error as { status?: number };
    return this.#patiently(call, credentials, () => asking.renewed(credentials, status, call.sent ?? {}));
  }

  #asking({ operation, endpoint, pathAndQuery, signal }: Call, timeoutMs: number): Asking {
    const connection = { endpoint: endpoint.url, transport: this.#options.transport };
    return new Asking(operation, endpoint.origin + pathAndQuery, connection, timeoutMs, signal);
  }

  /** Waits before the next attempt, or throws where there is none. */
  async #backOff(call: Call, attempt: number, error: KfpError): Promise<void> {
    const { clock, observer } = this.#options;
    if (call.taken || attempt > call.maxRetries || !isRepeatable(call.operation) || !isWorthRetrying(error))
      throw error;
    const delayMs = retryDelay(attempt, call.retryAfter);
    if (delayMs === undefined || clock.now() + delayMs >= call.deadline) throw error;
    tell(observer?.onRetry?.bind(observer), () => ({ ...this.#event(call, attempt, call.headers), error, delayMs }));
    await clock.sleep(delayMs, call.signal);
  }
}

/** Only a good answer is taken piece by piece; why there is none is read, and so is a login page in its place. */
function receiverOf(call: Call, take: TakePiece): NonNullable<TransportRequest["receive"]> {
  return ({ status, headers }) => {
    if (status !== 200 || /html/i.test(String(headers["content-type"] ?? ""))) return undefined;
    call.taken = true;
    return take;
  };
}

function sessionEnded({ operation, endpoint }: Call, cause: KfpError): KfpError {
  return new KfpError("SESSION_ENDED", {
    message:
      `${operation.id}: the session at ${endpoint.url} ended while a stream was sent, which cannot be sent again. ` +
      "The session was renewed; nothing was uploaded.",
    fix: "Call again with a new stream; a path or bytes are sent again without that.",
    cause,
  });
}
