import type { Verdict } from "../ports/request-guard.ts";
import { type HostAndPort, isClusterName, isLoopback, parseHost } from "./trusted-host.ts";

/** Whom the guard lets in beyond those that it always does. */
export interface GuardOptions {
  /** Hosts under which this server is called as well: `name` or `name:port`. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins of web pages that may use this server: `https://portal.example`. */
  readonly allowOrigins?: readonly string[] | undefined;
}

/** What a request says of where it comes from and where it thinks it goes. */
export interface Approach {
  /** The value of every `Host` header. */
  readonly hosts: readonly string[];
  /** Of an absolute request target (`GET http://name/path`). */
  readonly authority?: string | undefined;
  /** The value of every `Origin` header. */
  readonly origins: readonly string[];
  readonly fetchSite: string | undefined;
  /** @default "http" */
  readonly scheme?: "http" | "https" | undefined;
}

/** Judges a request by its `Host`, its `Origin` and its `Sec-Fetch-Site`. */
export type Guard = (approach: Approach) => Verdict;

/** An option of the guard that cannot be meant: what it is, and what it should look like. */
export class GuardOptionError extends Error {
  override readonly name = "GuardOptionError";
}

const ALLOWED: Verdict = { allowed: true };

/**
 * Makes the guard that keeps web pages out. Listening on loopback is no protection from a browser: any page that its
 * user has open can send requests here, and with a name that it lets point at 127.0.0.1 it can read the answers, too.
 * The first is told by `Origin` and `Sec-Fetch-Site`, the second by `Host`; both are checked whatever the method.
 *
 * @throws GuardOptionError where an allowed host or origin is not one.
 */
export function createGuard(options: GuardOptions = {}): Guard {
  const allowedHosts = (options.allowedHosts ?? []).map(readAllowedHost);
  const allowOrigins = new Set((options.allowOrigins ?? []).map(readAllowedOrigin));
  const judge = (value: string): boolean => {
    const parsed = parseHost(value);
    if (parsed === undefined) return false;
    return isLoopback(parsed.host) || isClusterName(parsed.host) || isListed(parsed, allowedHosts);
  };
  // Nearly all requests name the same host: the last good one is remembered.
  let known: string | undefined;
  const isTrusted = (value: string): boolean => {
    if (value === known) return true;
    const good = judge(value);
    if (good) known = value;
    return good;
  };

  return ({ hosts, authority, origins, fetchSite, scheme = "http" }) => {
    const [host] = hosts;
    if (host === undefined || host === "") return refused(400, "The Host header is missing; send one.");
    if (hosts.length > 1) return refused(400, "There is more than one Host header; send one.");
    if (origins.length > 1) return refused(400, "There is more than one Origin header; send one at most.");
    if (!isTrusted(host)) return refused(421, unknownHost(host));
    if (authority !== undefined && !isTrusted(authority)) return refused(421, unknownHost(authority));
    const [origin] = origins;
    if (origin !== undefined) {
      if (allowOrigins.has(origin)) return { allowed: true, crossOrigin: origin };
      if (origin !== originOf(scheme, host)) return refused(403, foreignPage(`of the origin ${quoted(origin)}`));
    }
    if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") {
      return refused(403, foreignPage(`of another origin (Sec-Fetch-Site: ${quoted(fetchSite)})`));
    }
    return ALLOWED;
  };
}

function isListed({ host, port }: HostAndPort, listed: readonly HostAndPort[]): boolean {
  return listed.some((one) => one.host === host && (one.port === undefined || one.port === (port ?? 80)));
}

function readAllowedHost(value: string): HostAndPort {
  const parsed = parseHost(value) ?? (value.includes("[") ? undefined : parseHost(`[${value}]`));
  if (parsed === undefined) {
    throw new GuardOptionError(
      `allowed host ${quoted(value)}: expected a name or an IP address, with a port or without, such as kfp.example`,
    );
  }
  return parsed;
}

function readAllowedOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.origin === "null" || value.replace(/\/$/, "").toLowerCase() !== url.origin) {
    throw new GuardOptionError(
      `allowed origin ${quoted(value)}: expected scheme and host, such as https://portal.example, and nothing behind`,
    );
  }
  return url.origin;
}

function originOf(scheme: string, host: string): string | undefined {
  const url = `${scheme}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

function refused(status: 400 | 403 | 421, message: string): Verdict {
  return { allowed: false, status, message };
}

function unknownHost(host: string): string {
  return (
    `This server is not called ${quoted(host)}. It answers to localhost, and to ml-pipeline and ml-pipeline-ui with ` +
    "their namespace. If it is to answer to that name as well, start it with --allowed-host."
  );
}

function foreignPage(whence: string): string {
  return `A web page ${whence} may not use this server. If it is to, start the server with --allow-origin.`;
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
