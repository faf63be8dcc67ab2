import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Approach } from "./guard.ts";

/** What the headers of a request say before anything else is looked at. */
export interface Introduction {
  readonly approach: Approach;
  /** The id that the request brings. */
  readonly requestId: string | undefined;
}

/**
 * Reads who a request says it is. The raw headers are read: Node drops a second `Host` in silence, and most requests need
 * no others, so that they are never put into an object. The authority of an absolute target is looked at, too, because
 * it takes precedence over the `Host`.
 */
export function introductionOf(incoming: IncomingMessage): Introduction {
  const hosts: string[] = [];
  const origins: string[] = [];
  const fetchSites: string[] = [];
  let requestId: string | undefined;
  const raw = incoming.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    // The length tells most others apart without a copy in lower case.
    if (name.length === 4 && name.toLowerCase() === "host") hosts.push(value);
    else if (name.length === 6 && name.toLowerCase() === "origin") origins.push(value);
    else if (name.length === 14 && name.toLowerCase() === "sec-fetch-site") fetchSites.push(value);
    else if (name.length === 12 && name.toLowerCase() === "x-request-id") requestId = value;
  }
  const fetchSite = fetchSites.length === 0 ? undefined : fetchSites.join(", ");
  const authority = authorityOf(incoming.url ?? "");
  return { approach: { hosts, authority, origins, fetchSite, scheme: schemeOf(incoming) }, requestId };
}

/** Under which scheme a request was sent, as far as the connection tells that ends here. */
export function schemeOf({ socket }: IncomingMessage): "http" | "https" {
  return (socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
}

function authorityOf(target: string): string | undefined {
  if (target.startsWith("/") || target === "*") return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1] ?? target;
}
