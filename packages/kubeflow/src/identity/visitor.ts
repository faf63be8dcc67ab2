import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { AttemptSource } from "./password-connector.ts";

/** The cookie by which a browser is known again, so that guesses of others do not keep its user out. */
const COOKIE = "kfp_ts_device";
const A_YEAR = 365 * 24 * 60 * 60;

/**
 * From where somebody logs in. What proxies say of addresses is not believed: anybody could say it. Of two cookies of the
 * name neither is: one of them was put there by somebody else.
 */
export function sourceOf({ headers, socket }: IncomingMessage): AttemptSource {
  const found = (headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1));
  const [device] = found.length === 1 && /^[A-Za-z0-9_-]{22}$/.test(found[0] ?? "") ? found : [];
  return { address: socket.remoteAddress, device };
}

/** What gives a browser such a cookie. It says nothing of anybody, lets nobody in, and nobody needs it. */
export function deviceCookie(issuer: string): string {
  const { pathname, protocol } = new URL(issuer);
  const secure = protocol === "https:" ? "; Secure" : "";
  const value = randomBytes(16).toString("base64url");
  return `${COOKIE}=${value}; Path=${pathname.replace(/\/$/, "")}/auth; Max-Age=${A_YEAR}; HttpOnly; SameSite=Lax${secure}`;
}
