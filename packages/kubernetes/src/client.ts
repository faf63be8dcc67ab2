import type { IncomingMessage } from "node:http";
import { type Credentials, type RequestCredentials, sameCredentials } from "./credentials/credentials.ts";
import type { TransportAnswer, UpgradeAnswer } from "./http/answer.ts";
import { readBody } from "./http/body.ts";
import { type Asked, noAnswer } from "./http/no-answer.ts";
import { refusal } from "./http/refusal.ts";
import { type Endpoint, ReusedConnectionLost, Transport } from "./http/transport.ts";
import type {
  ClusterAccess,
  Kubernetes,
  KubernetesCall,
  KubernetesObject,
  MessageConnection,
  UpgradeCall,
  WatchEvent,
} from "./kubernetes.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { System } from "./system.ts";
import { watchCollection } from "./watch/watch-collection.ts";
import { within } from "./within.ts";

/** All that a client of a cluster is made from. */
export interface Connection extends Endpoint {
  readonly access: ClusterAccess;
  readonly credentials: Credentials;
  /** Sent with every request: in whose name it is made. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** A client of the cluster at the end of a connection. */
export function connectTo(connection: Connection, system: Pick<System, "now" | "sleep" | "random">): Kubernetes {
  return new KubernetesClient(connection, system);
}

/** The head of an answer, and by when its body must be there, as a moment of `performance.now()`. */
type Asking<Answer = TransportAnswer> = Answer & { readonly deadline: number };

class KubernetesClient implements Kubernetes {
  readonly access: ClusterAccess;
  readonly #connection: Connection;
  readonly #system: Pick<System, "now" | "sleep" | "random">;
  readonly #transport: Transport;

  constructor(connection: Connection, system: Pick<System, "now" | "sleep" | "random">) {
    this.access = connection.access;
    this.#connection = connection;
    this.#system = system;
    this.#transport = new Transport(connection);
  }

  async call<T>(call: KubernetesCall): Promise<T> {
    const asked = this.#asked(call);
    const { message, status, deadline } = await this.#ask(call, asked, (given) =>
      this.#send(call, asked, given, false),
    );
    const body = await read(message, call, asked, deadline);
    if (status < 200 || status > 299) throw refusal(asked, status, message.headers, body);
    return parseJson<T>(asked, status, body);
  }

  async upgrade(call: UpgradeCall): Promise<MessageConnection> {
    const asked = this.#asked({ ...call, method: "GET" });
    const answer = await this.#ask(call, asked, (given) => this.#upgrade(call, asked, given));
    if (answer.connection !== undefined) return answer.connection;
    const body = await read(answer.message, call, asked, answer.deadline);
    throw refusal(asked, answer.status, answer.message.headers, body);
  }

  watch<T extends KubernetesObject>(
    path: string,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>> {
    return watchCollection<T>(path, {
      signal,
      system: this.#system,
      call: (call) => this.call(call),
      open: (call) => this.#open(call),
    });
  }

  close(): void {
    this.#transport.close();
  }

  /** An answer that goes on: its body as it comes. */
  async #open(call: KubernetesCall): Promise<IncomingMessage> {
    const asked = this.#asked(call);
    const { message, status, deadline } = await this.#ask(call, asked, (given) => this.#send(call, asked, given, true));
    if (status >= 200 && status <= 299) return message;
    const body = await read(message, call, asked, deadline);
    throw refusal(asked, status, message.headers, body);
  }

  #asked({ method, path, timeoutMs = DEFAULT_TIMEOUT_MS }: KubernetesCall): Asked {
    return { server: this.access.server, method, path, timeoutMs };
  }

  /**
   * Sends a request, and once more where the first was refused for credentials that have changed since. The time runs
   * from the request: a program that gives credentials may wait for a person.
   */
  async #ask<Answer extends TransportAnswer | UpgradeAnswer>(
    call: Pick<KubernetesCall, "signal">,
    asked: Asked,
    send: (given: RequestCredentials) => Promise<Asking<Answer>>,
  ): Promise<Asking<Answer>> {
    try {
      const { credentials } = this.#connection;
      const first = await within(credentials.current(call.signal), call.signal);
      const answer = await send(first);
      if (answer.status !== 401) return answer;
      credentials.refused(first);
      // The refusal already holds: where no other credentials are to be had, it is what the caller must see.
      const second = await within(credentials.current(call.signal), call.signal).catch(() => first);
      if (call.signal?.aborted) throw call.signal.reason;
      if (sameCredentials(first, second)) return answer;
      if ("message" in answer) answer.message.resume();
      return await send(second);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      throw error instanceof KubernetesError ? error : noAnswer(asked, error);
    }
  }

  async #upgrade(call: UpgradeCall, asked: Asked, given: RequestCredentials): Promise<Asking<UpgradeAnswer>> {
    const deadline = performance.now() + asked.timeoutMs;
    const { protocol, signal } = call;
    const headers = this.#headers(given);
    const path = call.path + queryOf(call.query);
    const { certificate } = given;
    const request = { path, headers, protocol, certificate, signal, timeoutMs: asked.timeoutMs };
    return { ...(await this.#transport.upgrade(request)), deadline };
  }

  /** What every request says, however it goes on. */
  #headers({ authorization }: RequestCredentials): Record<string, string | string[]> {
    return {
      "user-agent": "kfp-ts",
      ...(this.#connection.headers as Record<string, string | string[]>),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  async #send(call: KubernetesCall, asked: Asked, given: RequestCredentials, streamed: boolean): Promise<Asking> {
    const deadline = performance.now() + asked.timeoutMs;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const request = {
      method: call.method,
      path: call.path + queryOf(call.query),
      headers: {
        accept: "application/json",
        ...(body === undefined
          ? {}
          : { "content-type": call.contentType ?? "application/json", "content-length": Buffer.byteLength(body) }),
        ...this.#headers(given),
      },
      body,
      certificate: given.certificate,
      signal: call.signal,
      timeoutMs: asked.timeoutMs,
      streamed,
    };
    try {
      return { ...(await this.#transport.send(request)), deadline };
    } catch (error) {
      if (!(error instanceof ReusedConnectionLost) || !mayRepeat(call)) throw error;
      // What lost one connection has often lost all of them.
      this.#transport.close();
      return { ...(await this.#transport.send(request)), deadline };
    }
  }
}

/**
 * Whether a call may be made again where nobody knows if it arrived: it reads, or reviews (which keeps nothing), or says
 * what shall be, twice as well as once.
 */
function mayRepeat({ method, path, contentType }: KubernetesCall): boolean {
  if (method === "GET") return true;
  if (method === "POST") return /\/(?:tokenreviews|[a-z]+accessreviews|token)$/.test(path);
  return method === "PATCH" && contentType === "application/apply-patch+yaml";
}

/** The body of an answer, by a moment of `performance.now()`. */
function read(
  message: IncomingMessage,
  { signal }: Pick<KubernetesCall, "signal">,
  asked: Asked,
  deadline: number,
): Promise<string> {
  const timeoutMs = Math.max(1, deadline - performance.now());
  return readBody(message, { signal, timeoutMs }).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : noAnswer(asked, error);
  });
}

function queryOf(query: KubernetesCall["query"]): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.append(name, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}

function parseJson<T>(asked: Asked, status: number, body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    // Not even as the cause does the parser's error go on: it quotes what it could not read, and that may be a secret.
    throw new KubernetesError(
      `${asked.method} ${asked.path} at ${asked.server} was answered with HTTP ${status}, but not with JSON. Is this a Kubernetes API?`,
      { status },
    );
  }
}
