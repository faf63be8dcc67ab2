import { ConnectionError } from "../errors/connection-error.ts";
import { connectionFailure } from "../errors/connection-failure.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { LoginError, type LoginStep, wayOf } from "../errors/login-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import type { TransportResponse } from "../transport/transport.ts";
import { version } from "../version.ts";
import type { CookieJar } from "./cookie-jar.ts";
import type { LogInRequest } from "./log-in.ts";
import type { LoginOrigins } from "./login-origins.ts";

/** One thing to send. */
export interface Visit {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** A form, percent-encoded. */
  readonly form?: string;
  /** Whether the form holds the password. */
  readonly secret?: boolean;
  /** The page on which the form stood. */
  readonly from?: string;
  readonly accept?: string;
}

/** What a visit came to, after all redirections. */
export interface Arrival {
  readonly url: string;
  readonly status: number;
  readonly response: TransportResponse;
  /** Whether the way went back through the gateway with a code of the identity provider. */
  readonly calledBack: boolean;
}

const MOST_HOPS = 20;
/** A login passes the same page twice at most. */
const MOST_VISITS = 5;
/** No page of a login is larger: in bytes. */
const LARGEST_PAGE = 2 * 1024 * 1024;

/** What browsers say that they like to see. */
const PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/** Goes from page to page as a browser does, with cookies, and only to where the login may go. */
export class Journey {
  readonly #request: LogInRequest;
  readonly #jar: CookieJar;
  readonly #origins: LoginOrigins;
  readonly #steps: LoginStep[] = [];

  constructor(request: LogInRequest, jar: CookieJar, origins: LoginOrigins) {
    this.#request = request;
    this.#jar = jar;
    this.#origins = origins;
  }

  /** What was asked so far, without anything secret. */
  get steps(): readonly LoginStep[] {
    return [...this.#steps];
  }

  /** The same in a few words. */
  get way(): string {
    return wayOf(this.#steps, new URL(this.#request.endpoint).origin);
  }

  /** Sends something and follows where it leads, until a page comes. */
  async go(first: Visit): Promise<Arrival> {
    const visits = new Map<string, number>();
    let visit = first;
    let calledBack = false;
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      const { url } = visit;
      const response = await this.send(visit);
      const location = locationOf(response);
      if (location === undefined) return { url, status: response.status, response, calledBack };
      const here = new URL(url);
      calledBack ||= here.searchParams.has("code") && here.searchParams.has("state");
      const place = here.origin + here.pathname;
      visits.set(place, (visits.get(place) ?? 0) + 1);
      if ((visits.get(place) ?? 0) > MOST_VISITS) break;
      visit = this.#onward(visit, location, response.status);
    }
    const message = `login: the redirections lead around in a circle. The way was: ${this.way}`;
    throw new LoginError("LOGIN_FAILED", { message, fix: CIRCLE }, this.steps);
  }

  /** Sends something and follows nothing. */
  async send(visit: Visit): Promise<TransportResponse> {
    const { method, form } = visit;
    const url = new URL(visit.url);
    this.#origins.check(url, visit.secret === true, this.steps);
    const response = await this.#exchange(url, {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: this.#headers(visit),
      body: form,
      timeoutMs: this.#request.timeoutMs,
      maxAnswerBytes: LARGEST_PAGE,
      signal: this.#request.signal,
    });
    this.#steps.push({ method, origin: url.origin, path: shownPath(url), status: response.status });
    this.#jar.take(url.href, setCookiesOf(response));
    return response;
  }

  #headers({ url, form, from, accept = PAGES }: Visit): Record<string, string> {
    const cookie = this.#jar.header(url);
    return {
      accept,
      "user-agent": `kfp-ts/${version}`,
      ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      // Browsers say from where a form is sent, and servers look at it to tell forms of others.
      ...(form !== undefined && from !== undefined && { origin: new URL(from).origin }),
      ...(cookie !== undefined && { cookie }),
    };
  }

  async #exchange(
    { origin, pathname }: URL,
    request: Parameters<LogInRequest["transport"]["send"]>[0],
  ): Promise<TransportResponse> {
    const { transport, signal, timeoutMs } = this.#request;
    try {
      return await transport.send(request);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const { name, code, message: said } = (error ?? {}) as { name?: unknown; code?: unknown; message?: unknown };
      if (name === "TimeoutError") {
        const message = `login: ${origin}${pathname} did not answer within ${timeoutMs} ms.`;
        throw new TimeoutError("TIMEOUT", { message }, timeoutMs);
      }
      if (name === "AnswerTooLarge") {
        const message = `login: ${origin}${pathname} answers with more than any login page has (${LARGEST_PAGE} bytes).`;
        throw new LoginError("LOGIN_PAGE_UNKNOWN", { message }, this.steps);
      }
      const failure = connectionFailure(error, { operation: "login", host: origin });
      if (!isKfpError(failure) || failure.code === "BAD_OPTION") throw failure;
      // What the platform says may hold the bytes of an answer, and those are secret here.
      const cause = Object.assign(new Error(String(said ?? "no answer")), typeof code === "string" ? { code } : {});
      throw new ConnectionError(failure.code, { message: failure.message, fix: failure.fix, cause }, origin);
    }
  }

  /** As browsers do: 307 and 308 send the same once more, the others ask for the page. */
  #onward(visit: Visit, location: string, status: number): Visit {
    if (!URL.canParse(location, visit.url)) {
      const message = `login: a redirection leads to something that is no URL. The way was: ${this.way}`;
      throw new LoginError("LOGIN_FAILED", { message }, this.steps);
    }
    const url = new URL(location, visit.url);
    url.hash = "";
    if (status === 307 || status === 308) return { ...visit, url: url.href };
    return { method: "GET", url: url.href, ...(visit.accept !== undefined && { accept: visit.accept }) };
  }
}

const CIRCLE =
  "Look whether the endpoint has the scheme and the host name under which the gateway expects to be reached; open it in a browser to compare.";

function locationOf({ status, headers }: TransportResponse): string | undefined {
  const { location } = headers;
  return [301, 302, 303, 307, 308].includes(status) && typeof location === "string" ? location : undefined;
}

function setCookiesOf({ headers }: TransportResponse): readonly string[] {
  const given = headers["set-cookie"];
  return given === undefined ? [] : typeof given === "string" ? [given] : given;
}

/** Long words in a path may be secrets. */
function shownPath({ pathname }: URL): string {
  return pathname.replace(/[^/]{40,}/g, "…").slice(0, 200);
}
