import type {
  Credentials,
  CredentialsRefusal,
  CredentialsRequest,
  SessionStore,
  StoredCookie,
  StoredSession,
} from "@kfp-ts/sdk";
import type { KeptSessions } from "./kept-sessions.ts";
import { unlessRefused } from "./refused-passwords.ts";

/** How somebody logs in anew, with nobody at a keyboard or with what was typed already. */
export interface NewLogin {
  /** Makes the credentials that log in; the session that comes of it is told to the store. */
  credentials(sessions: SessionStore): Credentials;
  /** The password, where it is that of a configuration: one that was refused is not tried again and again. */
  readonly password?: (() => Promise<string>) | undefined;
}

/** How long a new session has to live before it is renewed after a refusal, in milliseconds. */
const LIFE_MS = 2_000;

/** What a login goes on with from one command to the next. */
export interface KeptLoginOptions {
  readonly endpoint: string;
  readonly user: string;
  readonly sessions: KeptSessions | undefined;
  readonly logIn?: NewLogin | undefined;
  /** Whether what is kept is passed over, and a login made at once. */
  readonly anew?: boolean;
  /** Told where a session cannot be kept; it is used all the same. Without it that is an error. */
  readonly onNotKept?: ((error: Error) => void) | undefined;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Sends the cookies of the login that an earlier command has kept; a new login is kept for the next one. */
export class KeptLogin implements Credentials {
  readonly #options: KeptLoginOptions;
  #cookie: string | undefined;
  /** When this command has logged in; undefined where it goes on with what is kept. */
  #since: number | undefined;
  #passesOver: boolean;
  #underWay: Promise<void> | undefined;

  constructor(options: KeptLoginOptions) {
    this.#options = options;
    this.#passesOver = options.anew === true;
  }

  async headers(request: CredentialsRequest): Promise<Record<string, string>> {
    this.#cookie ??= this.#passesOver ? undefined : await this.#kept(request.url);
    if (this.#cookie === undefined && this.#options.logIn !== undefined) await this.#logIn(request);
    return this.#cookie ? { cookie: this.#cookie } : {};
  }

  async refused(refusal: CredentialsRefusal): Promise<boolean> {
    const { sent, ...request } = refusal;
    if (this.#cookie !== sent.cookie) return true;
    const { logIn, now } = this.#options;
    // A session that has just been made is refused for what it is: another login would give the same.
    if (logIn === undefined || (this.#since !== undefined && Math.abs(now() - this.#since) < LIFE_MS)) return false;
    await this.#logIn(request);
    return this.#cookie !== sent.cookie;
  }

  /** One login for all requests that wait for it. */
  #logIn(request: CredentialsRequest): Promise<void> {
    this.#underWay ??= this.#renew(request).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #kept(url: string): Promise<string | undefined> {
    const { sessions, endpoint, user, now } = this.#options;
    const session = await sessions?.load({ endpoint, user });
    return session?.kind === "cookies" ? cookieHeader(session.cookies, url, now()) : undefined;
  }

  async #renew(request: CredentialsRequest): Promise<void> {
    const { logIn, sessions } = this.#options;
    if (logIn === undefined) return;
    const work = (): Promise<void> => this.#takeOrMake(request, logIn);
    if (sessions === undefined) return work();
    let hasBegun = false;
    try {
      await sessions.whileLoggingIn(() => {
        hasBegun = true;
        return work();
      });
    } catch (error) {
      // Where nothing can be written no other command is waited for, and none waits.
      if (hasBegun || this.#options.onNotKept === undefined) throw error;
      await work();
    }
  }

  /** Another command may have logged in since: then its session is taken. */
  async #takeOrMake(request: CredentialsRequest, logIn: NewLogin): Promise<void> {
    const { sessions, endpoint, user, now } = this.#options;
    const kept = this.#passesOver ? undefined : await this.#kept(request.url);
    if (kept !== undefined && kept !== this.#cookie) {
      this.#cookie = kept;
      this.#since = undefined;
      return;
    }
    let made: StoredSession | undefined;
    const credentials = logIn.credentials({
      load: async () => undefined,
      save: async (_key, session) => {
        made = session;
      },
      delete: async () => {},
    });
    const headers = () => credentials.headers(request);
    const { password } = logIn;
    const { cookie = "" } =
      sessions === undefined || password === undefined
        ? await headers()
        : await unlessRefused(sessions.file, { endpoint, user }, { password, now: now() }, async () => headers());
    this.#cookie = cookie;
    this.#since = now();
    this.#passesOver = false;
    if (made === undefined || sessions === undefined) return;
    const { onNotKept } = this.#options;
    const saving = sessions.save({ endpoint, user }, made);
    await (onNotKept === undefined ? saving : saving.catch(onNotKept));
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
