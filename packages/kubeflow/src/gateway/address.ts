import { isIPv6 } from "node:net";

/** How browsers on this machine call what listens on a host: `http://localhost:8080`. */
export function urlOf(host: string | undefined, port: number, tls: boolean): string {
  const scheme = tls ? "https" : "http";
  const at = host === undefined || isCalledLocalhost(host) ? "localhost" : reachable(host);
  return `${scheme}://${isIPv6(at) ? `[${at}]` : at}:${port}`;
}

/** Under which address this machine reaches what listens on a host: a wildcard means all of them. */
export function reachable(host = "127.0.0.1"): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** A wildcard is everything, and so this machine too. */
function isCalledLocalhost(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "::1" || host === "0.0.0.0" || host === "::";
}
