import type { IncomingMessage } from "node:http";
import type { Approach } from "./guard.ts";

/**
 * What a request says of where it comes from. The raw headers are read, because Node drops a second `Host` in silence;
 * the authority of an absolute target is looked at, too, because it takes precedence over the `Host`.
 */
export function approachOf(incoming: IncomingMessage): Approach {
  const hosts: string[] = [];
  const origins: string[] = [];
  const raw = incoming.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts.push(raw[index + 1] as string);
    else if (name.length === 6 && name.toLowerCase() === "origin") origins.push(raw[index + 1] as string);
  }
  return {
    hosts,
    authority: authorityOf(incoming.url ?? ""),
    origins,
    fetchSite: incoming.headers["sec-fetch-site"] as string | undefined,
  };
}

function authorityOf(target: string): string | undefined {
  if (target.startsWith("/") || target === "*") return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1] ?? target;
}
