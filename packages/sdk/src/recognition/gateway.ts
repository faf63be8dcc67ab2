import type { Gateway } from "../connect/connection.ts";
import type { TransportResponse } from "../transport/transport.ts";

/** Which gateway has given an answer; undefined where the answer does not tell. */
export function gatewayIn({ headers, body }: TransportResponse): Gateway | undefined {
  const location = decoded(String(headers.location ?? ""));
  const cookies = String(headers["set-cookie"] ?? "");
  if (/\/authservice\//.test(location) || /(^|,)\s*(oidc_state_csrf|authservice_session)=/.test(cookies)) {
    return "oidc-authservice";
  }
  if (/\/oauth2\/(start|sign_in|callback)/.test(location) || /(^|,)[^=;,]*oauth2_proxy[^=;,]*=/.test(cookies)) {
    return "oauth2-proxy";
  }
  if (/(action|href)=["'][^"']*\/oauth2\/(start|sign_in)/i.test(body.slice(0, 20_000))) return "oauth2-proxy";
  return undefined;
}

/** Which gateway the cookies are of that were sent; undefined where they do not tell. */
export function gatewayOfCookies(cookie: string | undefined): Gateway | undefined {
  if (cookie === undefined) return undefined;
  if (/(^|;\s*)[^=;]*oauth2_proxy[^=;]*=/.test(cookie)) return "oauth2-proxy";
  return /(^|;\s*)authservice_session=/.test(cookie) ? "oidc-authservice" : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
