import {
  type Credentials,
  type CredentialsRefusal,
  type CredentialsRequest,
  type StoredCookie,
  singleFlight,
} from "@kfp-ts/sdk";
import type { KeptSessions } from "./kept-sessions.ts";

/** What a login goes on with from one command to the next. */
export interface KeptLoginOptions {
  readonly endpoint: string;
  readonly user: string;
  readonly sessions: KeptSessions | undefined;
  /** Logs in anew, where that takes nobody at a keyboard. */
  readonly logIn?: Credentials | undefined;
  /** Whether what is kept is passed over, and a login made at once. */
  readonly anew?: boolean;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Sends the cookies of the login that an earlier command has kept; a new login is kept for the next one. */
export class KeptLogin implements Credentials {
  readonly #options: KeptLoginOptions;
  readonly #logIn: (request: CredentialsRequest) => Promise<string>;
  #cookie: string | undefined;
  #isNew = false;

  constructor(options: KeptLoginOptions) {
    this.#options = options;
    this.#isNew = options.anew === true;
    let asked: CredentialsRequest | undefined;
    const once = singleFlight(() => this.#renew(asked));
    this.#logIn = (request) => {
      asked ??= request;
      return once();
    };
  }

  async headers(request: CredentialsRequest): Promise<Record<string, string>> {
    this.#cookie ??= this.#isNew ? undefined : await this.#kept(request.url);
    if (this.#cookie === undefined && this.#options.logIn !== undefined) await this.#logIn(request);
    return this.#cookie ? { cookie: this.#cookie } : {};
  }

  async refused(refusal: CredentialsRefusal): Promise<boolean> {
    const { sent, ...request } = refusal;
    if (this.#cookie !== sent.cookie) return true;
    // A session that has just been made is refused for what it is: another login would give the same.
    if (this.#options.logIn === undefined || this.#isNew) return false;
    this.#isNew = true;
    return (await this.#logIn(request)) !== sent.cookie;
  }

  async #kept(url: string): Promise<string | undefined> {
    const { sessions, endpoint, user, now } = this.#options;
    const session = await sessions?.load({ endpoint, user });
    return session?.kind === "cookies" ? cookieHeader(session.cookies, url, now()) : undefined;
  }

  async #renew(request: CredentialsRequest | undefined): Promise<string> {
    const { logIn, sessions, endpoint, user, now } = this.#options;
    if (logIn === undefined || request === undefined) return "";
    const { cookie = "" } = await logIn.headers(request);
    this.#cookie = cookie;
    this.#isNew = true;
    if (cookie !== "") {
      await sessions?.save(
        { endpoint, user },
        { kind: "cookies", cookies: cookiesOf(cookie, endpoint), savedAt: now() },
      );
    }
    return cookie;
  }
}

/** The cookies that go to a URL, as a header has them; undefined where there are none. */
export function cookieHeader(cookies: readonly StoredCookie[], url: string, now: number): string | undefined {
  const { hostname, pathname, protocol } = new URL(url);
  const isSafe = protocol === "https:" || /^(127(\.\d+){3}|\[::1\]|(.*\.)?localhost)$/.test(hostname);
  const sent = cookies.filter(({ domain, hostOnly, path, secure, expiresAt }) => {
    const isHost = hostname === domain || (!hostOnly && hostname.endsWith(`.${domain}`));
    const isBelow = pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
    return isHost && isBelow && (!secure || isSafe) && (expiresAt === undefined || expiresAt > now);
  });
  return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** Of cookies that are sent only their names and values are seen: they are kept for the very host that they were sent to. */
function cookiesOf(header: string, endpoint: string): StoredCookie[] {
  const { hostname, protocol } = new URL(endpoint);
  return header.split("; ").map((pair) => ({
    name: pair.slice(0, pair.indexOf("=")),
    value: pair.slice(pair.indexOf("=") + 1),
    domain: hostname,
    hostOnly: true,
    path: "/",
    secure: protocol === "https:",
    httpOnly: true,
    expiresAt: undefined,
  }));
}
