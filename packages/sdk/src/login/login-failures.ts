import type { ErrorCode } from "../errors/catalogue.ts";
import { LoginError } from "../errors/login-error.ts";
import type { Arrival, Journey } from "./journey.ts";
import { wordsOf } from "./login-words.ts";
import type { Page } from "./page.ts";

/** What is known when a login ends at a page that is no step of it. */
export interface DeadEnd {
  readonly journey: Journey;
  readonly arrival: Arrival;
  readonly page: Page;
  /** Never to be shown. */
  readonly secrets: readonly string[];
  /** Cookies that the gateway set and that cannot be sent to it. */
  readonly heldBack: readonly string[];
}

/** What prompt=none means for Dex, and who can change it. */
const PROMPT =
  'The gateway asks the identity provider not to show any page (prompt = "none"), and it has one to show. An administrator sets prompt = "login" in the configuration of oauth2-proxy.';

const REGISTERED =
  "The administrator of the gateway has to look at how it is registered with the identity provider, and at the log of its auth service.";

/** The identity provider has new keys (a Dex that keeps them in memory makes some at each start), or cannot be asked for them. */
const KEYS =
  "The mesh before the gateway has old keys of the identity provider, or none: wait some minutes, until it fetches them again; an administrator can restart istiod, and look whether it reaches the jwksUri of the RequestAuthentication.";

const TRUSTED =
  "An administrator compares the RequestAuthentication of the gateway (issuer, audiences) with what the identity provider puts into its tokens.";

/** Says why a login ended at a page. */
export function deadEnd(end: DeadEnd): LoginError {
  const { arrival, page, secrets } = end;
  const { status, url } = arrival;
  const { origin, pathname } = new URL(url);
  const place = `${origin}${pathname}`;
  const said = wordsOf(page, secrets);
  const saying = said === "" ? "" : `, saying "${said}"`;
  if (status === 429) {
    return failed(end, "LOGIN_UNAVAILABLE", `${place} asks to wait (HTTP 429)${waiting(arrival)}${saying}.`, WAIT);
  }
  if (status === 403 && arrival.response.body.trim() === "") {
    const fact = `${place} refuses without a word (HTTP 403), as gateways do whose auth service is down or does not answer.`;
    return failed(end, "LOGIN_UNAVAILABLE", fact);
  }
  if (status === 431) {
    return failed(end, "LOGIN_FAILED", `${place} refuses headers of this size (HTTP 431).`, "Log out, and in again.");
  }
  const refusal = providerError(arrival, page);
  if (refusal !== undefined) {
    const fact = `the identity provider sent back "${refusal}" (HTTP ${status} at ${place})${saying}.`;
    return failed(end, "LOGIN_FAILED", fact, /_required$/.test(refusal) ? PROMPT : REGISTERED);
  }
  if (isCallback(arrival) && /csrf/i.test(page.text)) return cookieLost(end, `${place} misses its cookie${saying}`);
  if (status === 500 && isCallback(arrival)) {
    const fact = `the gateway could not finish the login (HTTP 500 at ${place})${saying}.`;
    return failed(end, "LOGIN_FAILED", fact, REGISTERED);
  }
  if (status >= 500) return failed(end, "LOGIN_UNAVAILABLE", `${place} failed (HTTP ${status})${saying}.`);
  if (/^RBAC: access denied/.test(page.text)) {
    const fact = `the service mesh before ${place} refuses without offering a login: ${said}.`;
    return failed(end, "LOGIN_FAILED", fact, "Look whether the endpoint is that of the gateway, with /pipeline.");
  }
  if (status === 401 && /^(Jwt|Jwks|Audiences)\b/.test(page.text)) {
    const fact = `${place} does not believe the token that the login gave (HTTP 401)${saying}.`;
    return failed(end, "LOGIN_FAILED", fact, /Jwks/.test(page.text) ? KEYS : TRUSTED);
  }
  if (status >= 400) return failed(end, "LOGIN_FAILED", `${place} refuses (HTTP ${status})${saying}.`);
  const title = page.title === "" ? "" : ` ("${wordsOf({ ...page, alert: "", text: page.title }, secrets)}")`;
  const fact = `${place}${title} is no login page that can be filled in: it has no form for a name and a password.`;
  return failed(end, "LOGIN_PAGE_UNKNOWN", fact);
}

/** The gateway misses a cookie that it had set. */
export function cookieLost(end: Omit<DeadEnd, "page" | "arrival" | "secrets">, fact: string): LoginError {
  const { heldBack } = end;
  const secure = `The gateway marks ${heldBack.join(", ")} as Secure, so it goes over https or to this machine only: use https:// in the endpoint, or kubectl port-forward and http://localhost.`;
  return failed(end, "LOGIN_COOKIE_LOST", `${fact}.`, heldBack.length === 0 ? undefined : secure);
}

/** Makes the error with the way that the login took. */
export function failed(
  { journey, arrival }: Pick<DeadEnd, "journey"> & { readonly arrival?: Arrival },
  code: ErrorCode,
  fact: string,
  fix?: string,
): LoginError {
  const message = `login: ${fact} The way was: ${journey.way}`;
  const asked = code === "LOGIN_UNAVAILABLE" && arrival !== undefined ? retryAfterOf(arrival) : undefined;
  return new LoginError(code, { message, fix }, journey.steps, asked);
}

const WAIT = "Wait before the next try: too many logins were tried with this name, or from this address.";

function waiting(arrival: Arrival): string {
  const asked = retryAfterOf(arrival);
  return asked === undefined ? "" : ` for ${asked / 1000} seconds`;
}

function retryAfterOf({ response }: Arrival): number | undefined {
  const seconds = response.headers["retry-after"];
  return typeof seconds === "string" && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function isCallback({ url }: Arrival): boolean {
  const { pathname, searchParams } = new URL(url);
  return /\/callback\/?$/.test(pathname) || (searchParams.has("state") && searchParams.has("code"));
}

/** The error with which the identity provider sent the login back (RFC 6749, 4.1.2.1). */
function providerError(arrival: Arrival, page: Page): string | undefined {
  if (!isCallback(arrival)) return undefined;
  const said = /identity provider returned an error: ([a-z_]{3,40})/.exec(page.text)?.[1];
  const given = new URL(arrival.url).searchParams.get("error");
  return said ?? (given !== null && /^[a-z_]{3,40}$/.test(given) ? given : undefined);
}
