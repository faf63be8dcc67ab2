import type { ServerResponse } from "node:http";
import type { Page } from "../pages/page.ts";

/** What the gateway itself answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** Nothing that a gateway says may be kept, framed, sniffed, or told to other sites. */
const PROTECTION = {
  "cache-control": "no-cache, no-store, must-revalidate, max-age=0",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

/** An answer of plain text. */
export function textAnswer(status: number, text: string, headers: Answer["headers"] = {}): Answer {
  return { status, headers: { ...PROTECTION, "content-type": "text/plain", ...headers }, body: text };
}

/** An answer of JSON. */
export function jsonAnswer(status: number, body: unknown, headers: Answer["headers"] = {}): Answer {
  const text = JSON.stringify(body);
  return { status, headers: { ...PROTECTION, "content-type": "application/json", ...headers }, body: text };
}

/** An answer without content. */
export function emptyAnswer(status: number, headers: Answer["headers"] = {}): Answer {
  return { status, headers: { ...PROTECTION, ...headers }, body: "" };
}

/**
 * Sends a browser on. To a GET it says that it is a page, as what is measured does.
 *
 * @param location - A path of this origin, or an address of the identity provider.
 */
export function redirectAnswer(method: string, location: string, headers: Answer["headers"] = {}): Answer {
  const isShown = method === "GET" || method === "HEAD";
  return {
    status: 302,
    headers: { ...PROTECTION, ...(isShown && { "content-type": "text/html; charset=utf-8" }), location, ...headers },
    body: "",
  };
}

/** A page, with cookies. */
export function pageAnswer(page: Page, cookies: readonly string[] = []): Answer {
  return cookies.length === 0 ? page : { ...page, headers: { ...page.headers, "set-cookie": cookies } };
}

/** Sends an answer. A HEAD request gets its headers alone. */
export function sendAnswer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const isBare = status === 204 || status === 304;
  const list: string[] = isBare ? [] : ["content-length", String(Buffer.byteLength(body))];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") list.push(name, value);
    else for (const one of value) list.push(name, one);
  }
  outgoing.writeHead(status, list);
  outgoing.end(outgoing.req.method === "HEAD" || isBare ? undefined : body);
}
