import type { IncomingMessage } from "node:http";

/** More of one name are not looked at: a browser sends one. */
const MOST_OF_A_NAME = 8;

/**
 * The values of all cookies of a name, in the order in which they were sent; quotes around a value are none of it. Another
 * site on this host, at another port or below another domain, can set a second one, so that there may be several.
 */
export function cookiesNamed(incoming: IncomingMessage, name: string): readonly string[] {
  const { cookie } = incoming.headers;
  if (cookie === undefined || !cookie.includes(name)) return [];
  const values: string[] = [];
  for (const pair of cookie.split(";")) {
    const text = pair.trim();
    if (!text.startsWith(`${name}=`)) continue;
    const value = text.slice(name.length + 1);
    values.push(/^".*"$/.test(value) ? value.slice(1, -1) : value);
    if (values.length === MOST_OF_A_NAME) break;
  }
  return values;
}

/** How a cookie is set. It is the browser's alone: no script sees it, and other sites cannot have it sent along. */
export function setCookie(
  name: string,
  value: string,
  { maxAgeSeconds, secure }: { readonly maxAgeSeconds: number; readonly secure: boolean },
): string {
  const end = secure ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${end}`;
}

/** How a cookie is taken away. */
export function clearCookie(name: string, secure: boolean): string {
  return setCookie(name, "", { maxAgeSeconds: 0, secure });
}
