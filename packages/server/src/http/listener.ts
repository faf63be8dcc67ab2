import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { StatusError } from "@kfp-ts/api";
import type { Log } from "../ports/log.ts";
import type { Verdict } from "../ports/request-guard.ts";
import type { ApiTarget } from "./api-routes.ts";
import { introductionOf } from "./approach.ts";
import { ClientGone } from "./body.ts";
import { corsHeaders, isPreflight, preflightAnswer } from "./cors.ts";
import {
  errorAnswer,
  knownMethods,
  malformedPathAnswer,
  otherMethodAnswer,
  pageNotFoundAnswer,
  unexpectedError,
  unknownMethodAnswer,
  unknownPathAnswer,
} from "./error-answers.ts";
import { type Answer, type Content, type Exchange, type Face, textAnswer } from "./exchange.ts";
import type { Guard } from "./guard.ts";
import { refusalAnswer } from "./guard-answer.ts";
import { requestIdOf } from "./request-id.ts";
import type { Router } from "./router.ts";
import { sendContent } from "./send-content.ts";

/** Told of every answer. */
export type Observe = (operation: string, status: number, seconds: number) => void;

/** What the listener puts together. */
export interface ListenerOptions {
  readonly guard: Guard;
  /** Whether the guard lets in some other origins, so that answers depend on who asks. */
  readonly varies: boolean;
  readonly api: Readonly<Record<Face, Router<ApiTarget>>>;
  /** Everything that is not under `/apis`. */
  readonly site: Router<ApiTarget>;
  readonly log: Log;
  readonly observe: Observe;
}

/** A listener for a server of node:http, and how many of its requests are under way. */
export interface Listener {
  readonly listen: RequestListener;
  /** The same, fulfilled once the request is answered or given up. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** Fulfilled once nothing is under way. */
  idle(): Promise<void>;
  /** From now on every answer ends its connection; what is sent bit by bit is cut off. */
  stop(): void;
}

/** What a request came to: its answer, and the name under which it is counted. */
interface Outcome {
  readonly operation: string;
  readonly answer: Answer;
}

/** Sent with every answer: nothing of it is to be framed, sniffed, kept or read by another origin. */
const PROTECTION: ReadonlyArray<readonly [name: string, value: string]> = [
  ["cache-control", "no-store"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["cross-origin-resource-policy", "same-origin"],
  ["x-content-type-options", "nosniff"],
];

const NO_HEADERS: Readonly<Record<string, string>> = {};

/** What probes and scrapers ask all the time is not worth a line. */
const QUIET = new Set(["healthz.get", "v1.healthz", "ui.healthz", "metrics"]);

/**
 * Makes the listener: guard, routes, answer, log line, in this order for every request.
 *
 * It works on node:http itself. What it needs of a request (each `Host` header, the target as it was sent, a body that
 * can be cut off) a framework would hide, and the framework that was measured cost 45 ms of start-up for it.
 */
export function createListener(options: ListenerOptions): Listener {
  const { guard, varies, log, observe } = options;
  let underWay = 0;
  const stopped = new AbortController();
  let waiting: Array<() => void> = [];

  const done = (): void => {
    underWay -= 1;
    if (underWay > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  const handle: Listener["handle"] = async (incoming, outgoing) => {
    underWay += 1;
    const started = performance.now();
    const { approach, requestId: brought } = introductionOf(incoming);
    const exchange = exchangeOf(incoming, requestIdOf(brought));
    const verdict = guard(approach);
    try {
      const { operation, answer } = await outcomeOf(options, exchange, verdict);
      const crossOrigin = verdict.allowed ? verdict.crossOrigin : undefined;
      const cors = varies ? corsHeaders({ varies, origin: crossOrigin }) : NO_HEADERS;
      const close = stopped.signal.aborted || answer.close === true;
      const added = { cors, requestId: exchange.requestId, close };
      const rest = send(outgoing, answer, added, exchange.method);
      if (rest !== undefined) await sendContent(outgoing, rest, stopped.signal);
      const seconds = (performance.now() - started) / 1000;
      observe(operation, answer.status, seconds);
      logAnswer(log, exchange, operation, answer.status, seconds);
    } catch (error) {
      if (!(error instanceof ClientGone)) log.error({ err: error }, "a request could not be answered");
      outgoing.destroy();
    } finally {
      done();
    }
  };

  return {
    listen: (incoming, outgoing) => {
      void handle(incoming, outgoing);
    },
    handle,
    idle: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stop: () => {
      stopped.abort();
    },
  };
}

function logAnswer(
  log: Log,
  { requestId, method, path }: Exchange,
  operation: string,
  status: number,
  seconds: number,
): void {
  const fields = { requestId, method, path, operation, status, ms: Math.round(seconds * 100_000) / 100 };
  if (status >= 500 && status !== 501) log.error(fields, "answered");
  else if (QUIET.has(operation)) log.debug(fields, "answered");
  else log.info(fields, "answered");
}

function exchangeOf(incoming: IncomingMessage, requestId: string): Exchange {
  const { url = "/" } = incoming;
  const target = url.startsWith("/") ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const mark = target.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? "" : target.slice(mark + 1),
    incoming,
    requestId,
  };
}

function outcomeOf(options: ListenerOptions, exchange: Exchange, verdict: Verdict): Outcome | Promise<Outcome> {
  const { method, path, incoming } = exchange;
  if (!verdict.allowed) return { operation: "refused", answer: refusalAnswer(path, verdict) };
  if (verdict.crossOrigin !== undefined && isPreflight(method, incoming.headers)) {
    return { operation: "preflight", answer: preflightAnswer(incoming.headers) };
  }
  if (!knownMethods.has(method)) return { operation: "unknown", answer: unknownMethodAnswer };
  const isUi = path.startsWith("/pipeline/apis/");
  if (!isUi && !path.startsWith("/apis/")) return siteOutcome(options, exchange);
  const face = isUi ? "ml-pipeline-ui" : "ml-pipeline";
  const match = options.api[face](method, isUi ? path.slice("/pipeline".length) : path);
  switch (match.kind) {
    case "found":
      return serve(options, exchange, match.target, match.params);
    case "other method":
      return { operation: "unknown", answer: otherMethodAnswer };
    case "unknown":
      return { operation: "unknown", answer: unknownPathAnswer };
    case "malformed":
      return { operation: "unknown", answer: malformedPathAnswer };
  }
}

function siteOutcome(options: ListenerOptions, exchange: Exchange): Outcome | Promise<Outcome> {
  const match = options.site(exchange.method === "HEAD" ? "GET" : exchange.method, exchange.path);
  if (match.kind !== "found") return { operation: "unknown", answer: pageNotFoundAnswer };
  return serve(options, exchange, match.target, match.params);
}

async function serve(
  { log }: ListenerOptions,
  exchange: Exchange,
  { name, serve: answerTo, refuse }: ApiTarget,
  params: Readonly<Record<string, string>>,
): Promise<Outcome> {
  try {
    return { operation: name, answer: await answerTo(exchange, params) };
  } catch (error) {
    if (error instanceof ClientGone) throw error;
    const { requestId } = exchange;
    const refusal = error instanceof StatusError ? error : unexpectedError(requestId, error);
    if (refusal.httpStatus >= 500) log.error({ requestId, operation: name, err: error }, "a request failed");
    return { operation: name, answer: refuse(refusal) };
  }
}

/**
 * As a flat list of names and values, which Node writes without making an object of it.
 *
 * @returns what is to be sent bit by bit.
 */
function send(
  outgoing: ServerResponse,
  { status, headers, body }: Answer,
  added: { readonly cors: Readonly<Record<string, string>>; readonly requestId: string; readonly close: boolean },
  method: string,
): Content | undefined {
  const content = typeof body === "object" && "content" in body ? body : undefined;
  if (outgoing.destroyed) {
    content?.end?.();
    return undefined;
  }
  const list = ["x-request-id", added.requestId];
  if (status !== 204 && content === undefined)
    list.push("content-length", String(Buffer.byteLength(body as string | Uint8Array)));
  if (added.close) list.push("connection", "close");
  for (const name in headers) {
    const value = headers[name] as string;
    list.push(name, name === "vary" && added.cors.vary !== undefined ? `${value}, ${added.cors.vary}` : value);
  }
  for (const name in added.cors) if (headers[name] === undefined) list.push(name, added.cors[name] as string);
  for (const [name, value] of PROTECTION) {
    if (headers[name] === undefined && added.cors[name] === undefined) list.push(name, value);
  }
  outgoing.writeHead(status, list);
  if (content === undefined) outgoing.end(body);
  else if (method !== "HEAD") return content;
  else {
    content.end?.();
    outgoing.end();
  }
  return undefined;
}

/** A target outside the API that answers with what `serve` gives. */
export function siteTarget(name: string, answerTo: ApiTarget["serve"]): ApiTarget {
  return { name, serve: answerTo, refuse: (error) => textAnswer(errorAnswer(error).status, `${error.message}\n`) };
}
