import type { IdentityClient } from "./identity-provider.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Whether a client may be called back at an address: at those that it has registered, to the letter. For a public client,
 * one that names a loopback host and no path stands for any port and any path of that host (RFC 8252 §7.3), because a
 * program on somebody's machine takes the port that is free.
 */
export function allowsRedirect({ redirectUris, secret }: IdentityClient, asked: string): boolean {
  if (redirectUris.includes(asked)) return isPlain(asked) || isOwnPath(asked);
  if (secret !== undefined || !isPlain(asked)) return false;
  const url = new URL(asked);
  return redirectUris.some((uri) => {
    if (!URL.canParse(uri)) return false;
    const registered = new URL(uri);
    const { hostname, pathname, protocol } = registered;
    if (!LOOPBACK.has(hostname) || protocol !== "http:" || url.protocol !== "http:") return false;
    return url.hostname === hostname && (pathname === "/" || pathname === url.pathname);
  });
}

/** A path of the provider's own origin, under whatever name the browser knows it: that of the gateway around it. */
export function isOwnPath(uri: string): boolean {
  return /^(?:\/[A-Za-z0-9_-]+)+$/.test(uri);
}

/** An address that means the same to everyone who reads it: what a browser would read differently is not let through. */
function isPlain(uri: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s\\#@]+$/i.test(uri) || !URL.canParse(uri)) return false;
  const { username, password, protocol } = new URL(uri);
  return username === "" && password === "" && (protocol === "http:" || protocol === "https:");
}
