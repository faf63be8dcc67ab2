import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./exchange.ts";

const NO_HEADERS: Readonly<Record<string, string>> = {};

/** The headers that let a page of another origin read an answer. None are sent unless `allowOrigins` names some. */
export function corsHeaders(options: {
  /** Whether answers depend on who asks, because some origins are let in. */
  readonly varies: boolean;
  /** The origin that asks and is let in. */
  readonly origin: string | undefined;
}): Readonly<Record<string, string>> {
  if (!options.varies) return NO_HEADERS;
  if (options.origin === undefined) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": options.origin,
    "access-control-expose-headers": "x-request-id, retry-after",
    "cross-origin-resource-policy": "cross-origin",
  };
}

/** Whether a request is a browser's question whether it may send another one. */
export function isPreflight(method: string, headers: IncomingHttpHeaders): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** The answer to a preflight of an origin that is let in: it may send what it asks for, except cookies. */
export function preflightAnswer(headers: IncomingHttpHeaders): Answer {
  const asked = headers["access-control-request-headers"];
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      ...(asked !== undefined && /^[\w, -]{1,1000}$/.test(asked) && { "access-control-allow-headers": asked }),
      ...(headers["access-control-request-private-network"] === "true" && {
        "access-control-allow-private-network": "true",
      }),
      "access-control-max-age": "600",
    },
    body: "",
  };
}
