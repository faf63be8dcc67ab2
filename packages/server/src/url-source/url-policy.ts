import { isIP } from "node:net";
import { invalidArgument, type StatusError } from "@kfp-ts/api";
import { isPublicAddress } from "./public-address.ts";

/** From where packages may be fetched. */
export interface UrlPolicy {
  /** Hosts beyond upstream's own; `*` stands for any characters. */
  readonly allowedDomains: readonly string[];
  /** Whether http is taken as well as https. */
  readonly allowHttp: boolean;
}

/** The hosts that upstream allows. */
const ALWAYS_ALLOWED = ["storage.googleapis.com", "s3.amazonaws.com", "github.com", "raw.githubusercontent.com"];

/**
 * Checks that a package may be fetched from a URL, as far as the URL itself says so, in upstream's order: scheme, port,
 * host. That the host is on the open internet is checked when its addresses are known.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's text; its cause says which rule it breaks.
 */
export function checkUrl(text: string, policy: UrlPolicy): URL {
  if (!URL.canParse(text)) throw refusedUrl("it is no absolute URL");
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && policy.allowHttp)) {
    throw refusedUrl(`the scheme ${JSON.stringify(url.protocol.slice(0, -1))} is not allowed; use https`);
  }
  if (url.port !== "") throw refusedUrl(`the port ${url.port} is not allowed; leave it out`);
  if (url.username !== "" || url.password !== "") throw refusedUrl("it carries a user name or a password");
  const host = url.hostname.replace(/\.$/, "");
  if (![...ALWAYS_ALLOWED, ...policy.allowedDomains].some((pattern) => matches(pattern, host))) {
    throw refusedUrl(`the host ${JSON.stringify(host)} is not among the allowed ones: ${ALWAYS_ALLOWED.join(", ")}`);
  }
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && !isPublicAddress(address)) throw refusedAddress(address);
  return url;
}

/** A URL from which nothing may be fetched. */
export function refusedUrl(reason: string): StatusError {
  return invalidArgument("Pipeline URL validation failed", { cause: invalidArgument(reason) });
}

/** A host that is not on the open internet. */
export function refusedAddress(address: string): StatusError {
  return refusedUrl(`the host has the address ${address}, which is not on the open internet`);
}

/** Written as a loop, because a pattern with many stars as a regular expression can take for ever. */
function matches(pattern: string, host: string): boolean {
  const [first = "", ...others] = pattern.trim().toLowerCase().split("*");
  if (others.length === 0) return host === first;
  if (!host.startsWith(first)) return false;
  const last = others.pop() ?? "";
  let at = first.length;
  for (const part of others) {
    const found = host.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return host.length - last.length >= at && host.endsWith(last);
}
