import { type AnyOperation, type Health, operations } from "@kfp-ts/api";
import type { ReceivedJson } from "../call/answer.ts";
import { Caller } from "../call/caller.ts";
import type { RequestObserver } from "../call/observer.ts";
import type { Clock } from "../clock.ts";
import type { AskedAddress } from "../connect/connect-step.ts";
import type { Gateway } from "../connect/connection.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { TokenFacts } from "../credentials/token-facts.ts";
import { EndpointSource } from "../discovery/endpoint-source.ts";
import type { Endpoint } from "../endpoint.ts";
import { connectionFailure } from "../errors/connection-failure.ts";
import { isKfpError, KfpError } from "../errors/kfp-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { readHealth } from "../resources/healthz.ts";
import type { Transport, TransportRequest, TransportResponse } from "../transport/transport.ts";
import { gatewayOfCookies } from "./gateway.ts";
import { healthInWords, inWords, pageInWords } from "./in-words.ts";

/** How to ask. */
export interface AskerOptions {
  readonly transport: Transport;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: Credentials | undefined;
  readonly observer: RequestObserver | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** How long each answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What came of a question. */
export interface Heard {
  readonly endpoint: Endpoint;
  /** What the API says of itself; undefined where it was not the API that answered. */
  readonly health: Health | undefined;
  /** What is wrong with the answer, or why there is none. */
  readonly error: KfpError | undefined;
  /** Every answer: there are two where credentials were refused and had something else to send. */
  readonly answers: readonly TransportResponse[];
  /** Whose session was sent; undefined where nothing tells. */
  readonly sessionOf: Gateway | undefined;
}

/** Every answer to a question, and whose session was sent with the last of them. */
type Recorded = TransportResponse[] & { sessionOf?: Gateway | undefined };

const healthz = operations.healthz.get;
/** Answered in the same words, also by servers that know nothing else. */
const healthzV1: AnyOperation = { ...healthz, path: "/apis/v1beta1/healthz" };

/** What tells one server from another is small; whoever sends more is none of those. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Asks addresses of one server what they are, and keeps account of it. */
export class Asker {
  readonly asked: AskedAddress[] = [];
  readonly #options: AskerOptions;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** Asks for the health of the API, with the credentials. */
  async health(endpoint: Endpoint, api: "v2beta1" | "v1beta1" = "v2beta1"): Promise<Heard> {
    const operation = api === "v2beta1" ? healthz : healthzV1;
    const from = this.asked.length;
    const answers: Recorded = [];
    try {
      const caller = this.#caller(endpoint, endpoint.basePath + operation.path, answers);
      const health = healthIn(await caller.json(operation, {}), endpoint);
      this.#name(from, healthInWords(health, api));
      return { endpoint, health, error: undefined, answers, sessionOf: answers.sessionOf };
    } catch (error) {
      if (!isKfpError(error) || this.#options.signal?.aborted) throw error;
      this.#name(from, inWords(error, answers.at(-1)));
      return { endpoint, health: undefined, error, answers, sessionOf: answers.sessionOf };
    }
  }

  /**
   * Asks for one experiment of a namespace: what proves that somebody is known, and may look there.
   *
   * @returns what it is refused with; undefined where it is allowed.
   */
  async experiments(endpoint: Endpoint, namespace: string): Promise<KfpError | undefined> {
    const operation = operations.experiments.list;
    const from = this.asked.length;
    const answers: Recorded = [];
    try {
      const caller = this.#caller(endpoint, endpoint.basePath + operation.path, answers);
      await caller.json(operation, { query: { namespace, pageSize: 1 } });
      this.#name(from, "experiments");
      return undefined;
    } catch (error) {
      if (!isKfpError(error) || this.#options.signal?.aborted) throw error;
      this.#name(from, inWords(error, answers.at(-1)));
      return error;
    }
  }

  /** What the token says of itself that is sent; undefined where none is. */
  tokenFacts(endpoint: Endpoint): Promise<TokenFacts | undefined> {
    return this.#caller(endpoint, "", []).tokenFacts(operations.experiments.list);
  }

  /** Whether something is sent that says who is asking. */
  get isAuthenticated(): boolean {
    const { credentials, headers } = this.#options;
    return credentials !== undefined || "authorization" in headers || "cookie" in headers;
  }

  /** Asks for the page that people see at an endpoint, as somebody who is not known; undefined where there is none. */
  async page(endpoint: Endpoint): Promise<TransportResponse | undefined> {
    const { authorization: _token, cookie: _cookie, ...headers } = this.#options.headers;
    const { transport, timeoutMs, signal } = this.#options;
    const from = this.asked.length;
    try {
      const answer = await this.#recorded(transport, {
        origin: endpoint.origin,
        path: `${endpoint.basePath}/`,
        method: "GET",
        headers: { ...headers, accept: "text/html" },
        body: undefined,
        timeoutMs,
        signal,
      });
      this.#name(from, pageInWords(answer));
      return answer;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const isLate = (error as { name?: unknown } | null)?.name === "TimeoutError";
      const failure = isLate
        ? new TimeoutError("TIMEOUT", { message: `${endpoint.url} did not answer.` }, timeoutMs)
        : connectionFailure(error, { operation: "page", host: endpoint.url });
      this.#name(from, inWords(failure, undefined));
      return undefined;
    }
  }

  #caller(endpoint: Endpoint, path: string, answers: Recorded): Caller {
    const { transport, headers, credentials, observer, clock, signal, timeoutMs } = this.#options;
    const recording: Transport = {
      // What a login asks for is in no trail: it is the business of the credentials.
      send: async (request) => {
        if (withoutQuery(request.path) !== path) return transport.send(request);
        const answer = await this.#recorded(transport, request);
        answers.push(answer);
        answers.sessionOf = gatewayOfCookies(request.headers.cookie);
        return answer;
      },
    };
    return new Caller({
      endpoint: EndpointSource.given(endpoint),
      transport: recording,
      headers,
      credentials,
      observer,
      clock,
      signal,
      timeoutMs,
      uploadTimeoutMs: timeoutMs,
      totalTimeoutMs: 2 * timeoutMs,
      maxRetries: 0,
    });
  }

  async #recorded(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
    const { method, origin, path } = request;
    const began = this.#options.clock.now();
    const record = (status: number | undefined): void => {
      const durationMs = this.#options.clock.now() - began;
      this.asked.push({
        method,
        url: origin + withoutQuery(path),
        status,
        saw: status !== undefined && status < 300 ? "an answer" : "a refusal",
        durationMs,
      });
    };
    try {
      const answer = await transport.send({ ...request, maxAnswerBytes: MAX_ANSWER_BYTES });
      record(answer.status);
      return answer;
    } catch (error) {
      record(undefined);
      throw error;
    }
  }

  /** Says what the last request came to, where there was one since then. */
  #name(from: number, saw: string): void {
    const last = this.asked.at(-1);
    if (last !== undefined && this.asked.length > from) this.asked[this.asked.length - 1] = { ...last, saw };
  }
}

function withoutQuery(path: string): string {
  return path.split("?", 1)[0] ?? "";
}

/** What the API says of itself. Unlike in a call, an empty object does not count: anything may answer so. */
function healthIn(value: ReceivedJson, endpoint: Endpoint): Health {
  if (Object.keys(value).length > 0) return readHealth(value);
  throw new KfpError("NOT_THE_API", { message: `${healthz.id}: ${endpoint.url} says nothing of itself.` });
}
