import type { CredentialsRefusal, CredentialsRequest } from "../credentials/credentials.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { CookieJar } from "../login/cookie-jar.ts";
import type { LogIn } from "../login/log-in.ts";
import type { Transport } from "../transport/transport.ts";
import { LoginPause } from "./login-pause.ts";
import type { SessionKey, SessionStore, StoredCookie } from "./session-store.ts";
import { SharedWork } from "./shared-work.ts";

/** What the session at one endpoint is made with. */
export interface EndpointSessionOptions {
  readonly key: SessionKey;
  /** Undefined where nobody is there to log in: then what is kept serves as long as it lasts. */
  readonly logIn: LogIn | undefined;
  /** Whether the secret is another one than the one that was refused; undefined where it never changes. */
  readonly secretChanged: (() => Promise<boolean>) | undefined;
  readonly sessions: SessionStore | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How long an exchange of a login may take, in milliseconds. */
const EXCHANGE_MS = 30_000;
/**
 * How long a new session has to live before it is renewed after a refusal, in milliseconds. A gateway that refuses whatever
 * it is sent would cause a login with every call otherwise. After each session that was good for nothing, the next one has
 * to live twice as long, up to the longest.
 */
const LIFE_MS = { first: 2_000, longest: 60_000 };

/** One session of one user at one endpoint: logged in when it is first needed, kept, and renewed once for all. */
export class EndpointSession {
  readonly #options: EndpointSessionOptions;
  readonly #pause: LoginPause;
  readonly #login = new SharedWork<void>();
  #jar: CookieJar | undefined;
  /** Whether the gateway has said that the session is over, by taking its cookies back. */
  #ended = false;
  /** When the login was made; undefined for a session that was kept by another program. */
  #since: number | undefined;
  #lifeMs = LIFE_MS.first;
  /** Whether a call was answered with it. */
  #wasGood = false;
  #saving: Promise<void> = Promise.resolve();
  /** Cookies of an answer that are still to be taken. */
  #taking: Promise<void> | undefined;

  constructor(options: EndpointSessionOptions) {
    this.#options = options;
    this.#pause = new LoginPause(options.now);
  }

  /** The value of the `Cookie` header; undefined where none is needed. */
  async cookie(request: CredentialsRequest): Promise<string | undefined> {
    if (this.#taking !== undefined) await this.#taking;
    if (this.#jar === undefined || this.#ended)
      await this.#login.run(request.signal, (signal, keep) => this.#open(request, signal, keep));
    return this.#jar?.header(request.url);
  }

  /** When the first of its cookies ends; undefined where none says it, and before there is a session. */
  get endsAt(): Date | undefined {
    const ends = (this.#jar?.stored() ?? []).flatMap(({ expiresAt }) => expiresAt ?? []);
    return ends.length === 0 ? undefined : new Date(Math.min(...ends));
  }

  /** Whether there is something else to send than what was refused. */
  async refused(refusal: CredentialsRefusal): Promise<boolean> {
    const { url, signal, sent } = refusal;
    if (this.#taking !== undefined) await this.#taking;
    const now = this.#jar?.header(url);
    // Renewed since that request was sent.
    if (!this.#ended && this.#jar !== undefined && now !== sent.cookie) return true;
    if (!this.#ended) {
      const age = this.#age();
      if (age < this.#lifeMs) return false;
      this.#lifeMs = this.#wasGood ? LIFE_MS.first : Math.min(LIFE_MS.longest, 2 * this.#lifeMs);
      this.#ended = true;
    }
    await this.#login.run(signal, (shared, keep) => this.#renew(refusal, shared, keep));
    return this.#options.logIn !== undefined || this.#jar?.header(url) !== sent.cookie;
  }

  /** Notes that a call was answered. */
  accepted(url: string, sent: Readonly<Record<string, string>>): void {
    this.#wasGood ||= this.#jar?.header(url) === sent.cookie;
    if (this.#wasGood) this.#lifeMs = LIFE_MS.first;
  }

  /** Takes cookies that an answer has set. */
  received(url: string, sent: Readonly<Record<string, string>>, setCookies: readonly string[]): void {
    const jar = this.#jar;
    if (jar === undefined) return;
    if (jar.takes) this.#take(jar, url, sent, setCookies);
    else this.#taking = Promise.all([this.#taking, jar.canTake()]).then(() => this.#take(jar, url, sent, setCookies));
  }

  /** Fulfilled when all is kept that is to be kept. */
  async settled(): Promise<void> {
    await this.#taking;
    await this.#saving;
  }

  #take(jar: CookieJar, url: string, sent: Readonly<Record<string, string>>, setCookies: readonly string[]): void {
    // An answer to the session before this one says nothing of this one.
    if (jar !== this.#jar || jar.header(url) !== sent.cookie) return;
    const before = jar.stored();
    if (!jar.take(url, setCookies)) return;
    jar.dropLeftovers();
    const kept = jar.stored();
    if (before.some((cookie) => !kept.some((one) => isSame(one, cookie)))) this.#ended = true;
    else this.#save(kept);
  }

  /** How old the session is, in milliseconds. One that was kept from before is as old as can be. */
  #age(): number {
    // A clock that is set back puts the login into the future.
    return this.#since === undefined ? Number.POSITIVE_INFINITY : Math.abs(this.#options.now() - this.#since);
  }

  async #open(request: CredentialsRequest, signal: AbortSignal, keep: () => void): Promise<void> {
    if (this.#ended) return this.#renew(request, signal, keep);
    const kept = await this.#load();
    if (kept !== undefined) this.#use(kept, undefined);
    if (this.#jar?.header(request.url) === undefined) await this.#renew(request, signal, keep);
  }

  /** One program after the other: whoever waited finds what the one before has got. */
  async #renew(request: CredentialsRequest, signal: AbortSignal, keep: () => void): Promise<void> {
    const { sessions, logIn } = this.#options;
    if (sessions?.whileLoggingIn === undefined || logIn === undefined) return this.#takeOrMake(request, signal, keep);
    let hasBegun = false;
    const work = (): Promise<void> => {
      hasBegun = true;
      signal.throwIfAborted();
      return this.#takeOrMake(request, signal, keep);
    };
    try {
      await sessions.whileLoggingIn(work, signal);
    } catch (error) {
      if (hasBegun || signal.aborted) throw error;
      // Where nothing can be written no other program is waited for, and none waits.
      await work();
    }
  }

  /** Another program may have renewed the session already; else there is a login. */
  async #takeOrMake(request: CredentialsRequest, signal: AbortSignal, keep: () => void): Promise<void> {
    const refused = this.#jar?.header(request.url);
    const kept = await this.#load();
    if (kept !== undefined) {
      const header = CookieJar.kept(kept, this.#options.now).header(request.url);
      if (header !== undefined && header !== refused) return this.#use(kept, undefined);
    }
    await this.#logIn(request, signal, keep);
  }

  async #logIn({ endpoint, transport: own }: CredentialsRequest, signal: AbortSignal, keep: () => void): Promise<void> {
    const { key, logIn, secretChanged, sessions, now } = this.#options;
    if (logIn === undefined) return;
    const refusals = sessions?.refusals;
    let secret: string | undefined;
    if (!(this.#pause.takesAnother && (await secretChanged?.()) === true)) this.#pause.check();
    // A form may carry the password. Whoever gives up then must still hear whether it was refused: calls with a short time
    // would try it again and again otherwise. A slow provider comes to its end that way, too, for the calls to come.
    const transport: Transport = {
      send: (request) => {
        if (request.method === "POST") keep();
        return own.send(request);
      },
    };
    try {
      const beforeSecret = async (text: string): Promise<void> => {
        await refusals?.check(key, text, now());
        secret = text;
      };
      const { cookies } = await logIn({ endpoint, transport, timeoutMs: EXCHANGE_MS, signal, now, beforeSecret });
      this.#pause.succeeded();
      if (secret !== undefined) await refusals?.accepted(key);
      this.#use(cookies, now());
      if (cookies.length > 0) this.#save(cookies);
      // A program may end right after its call.
      await this.#saving;
    } catch (error) {
      if (!signal.aborted) this.#pause.failed(error);
      const isRefused = isKfpError(error) && error.code === "LOGIN_REFUSED";
      if (isRefused && secret !== undefined) await refusals?.refused(key, secret, now());
      throw error;
    }
  }

  #use(cookies: readonly StoredCookie[], since: number | undefined): void {
    this.#jar = CookieJar.kept(cookies, this.#options.now);
    this.#since = since;
    this.#wasGood = false;
    this.#ended = false;
  }

  async #load(): Promise<readonly StoredCookie[] | undefined> {
    const { sessions, key } = this.#options;
    const kept = await sessions?.load(key);
    return kept?.kind === "cookies" && kept.cookies.length > 0 ? kept.cookies : undefined;
  }

  /** One after the other, so that the latest is what is kept. That it cannot be kept stops nobody. */
  #save(cookies: readonly StoredCookie[]): void {
    const { sessions, key, now } = this.#options;
    if (sessions === undefined) return;
    this.#saving = this.#saving
      .then(() => sessions.save(key, { kind: "cookies", cookies, savedAt: now() }))
      .catch(() => undefined);
  }
}

function isSame(one: StoredCookie, other: StoredCookie): boolean {
  return one.name === other.name && one.domain === other.domain && one.path === other.path;
}
