import type { IncomingMessage } from "node:http";
import { type AnyOperation, camelCase, decodeQuery, decodeRequest, encodeResponse, invalidArgument } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import type { Handler, UploadedFile } from "../services/handlers.ts";
import { type BodyLimits, withBody } from "./body.ts";
import { type Answer, type Exchange, jsonAnswer } from "./exchange.ts";
import { parseJsonBody } from "./json-body.ts";

/** Answers an exchange whose path has these parameters, by the names in the path. */
export type Serve = (exchange: Exchange, params: Readonly<Record<string, string>>) => Promise<Answer>;

/** A handler of whichever operation. The tables say what its call holds; the types of all of them have no common one. */
export type AnyHandler = (call: {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly file: UploadedFile | undefined;
  readonly caller: Claims | undefined;
}) => Promise<Readonly<Record<string, unknown>>>;

/** What a request says of who sent it. A server for one user has none: it does not ask. */
export type CallerOf = ((incoming: IncomingMessage) => Claims) | undefined;

/** What routes share beside the operation that they serve. */
export interface RouteParts {
  readonly limits: BodyLimits;
  readonly callerOf?: CallerOf;
}

const NO_QUERY: Readonly<Record<string, unknown>> = Object.freeze({});

/** Answers one operation: reads what its tables say, asks its handler, writes what it gives. */
export function serveOperation<O extends AnyOperation>(
  operation: O,
  given: Handler<O>,
  { limits, callerOf }: RouteParts,
): Serve {
  const handler = given as unknown as AnyHandler;
  const params = paramsReader(operation.path);
  const { body: message } = operation;

  const answer = (response: Readonly<Record<string, unknown>>): Answer =>
    jsonAnswer(200, encodeResponse(operation.response, response as never));

  return async (exchange, raw) => {
    const call = {
      params: params(raw),
      query: queryOf(operation, exchange.query),
      body: undefined,
      file: undefined,
      caller: callerOf?.(exchange.incoming),
    };
    if (message === undefined) return answer(await handler(call));
    return withBody(exchange.incoming, limits, async (bytes) =>
      answer(await handler({ ...call, body: decodeRequest(message, parseJsonBody(bytes)) })),
    );
  };
}

/** The query of an operation, decoded. @throws StatusError INVALID_ARGUMENT */
export function queryOf(operation: Pick<AnyOperation, "query">, query: string): Readonly<Record<string, unknown>> {
  if (query === "") return NO_QUERY;
  if (query.includes("%00")) throw invalidArgument("the query has a NUL character, which cannot be stored");
  return decodeQuery(operation.query, new URLSearchParams(query));
}

/** From the names in the path to those that handlers know: `run_id` is `runId`. */
function paramsReader(path: string): (raw: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(
    ([, name]) => [name as string, camelCase(name as string)] as const,
  );
  return (raw) => Object.fromEntries(names.map(([name, camel]) => [camel, raw[name] ?? ""]));
}
