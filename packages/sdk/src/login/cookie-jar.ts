import { isLoopback } from "../loopback.ts";
import type { StoredCookie } from "../sessions/session-store.ts";

type ToughCookie = typeof import("tough-cookie");

/** Browsers keep no cookie longer than this (RFC 6265bis, 5.5), whatever it says: in milliseconds. */
const LONGEST_LIFE_MS = 400 * 24 * 3_600_000;
/** Browsers keep 4096 bytes of name and value; twice that leaves room for gateways that count otherwise. */
const LARGEST_COOKIE = 8_192;
/** More than any login sets. A server that sets more does not make the header grow without end. */
const MOST_COOKIES = 64;

/**
 * The cookies of one login, kept and sent as RFC 6265 has it. A value is sent exactly as it came: gateways sign it as it is.
 *
 * Parsing and the list of public suffixes are tough-cookie's, which takes its time to load: a jar that only sends what was
 * kept does without. The clock is asked with each call, so that a cookie ends in time.
 */
export class CookieJar {
  #tough: ToughCookie | undefined;
  readonly #now: () => number;
  #cookies: readonly StoredCookie[];

  private constructor(tough: ToughCookie | undefined, cookies: readonly StoredCookie[], now: () => number) {
    this.#tough = tough;
    this.#cookies = cookies;
    this.#now = now;
  }

  /**
   * Makes a jar.
   *
   * @param cookies - What is in it at first: that of {@link CookieJar.stored}.
   * @param now - Milliseconds since 1970.
   */
  static async open(cookies: readonly StoredCookie[], now: () => number): Promise<CookieJar> {
    return new CookieJar(await import("tough-cookie"), cookies, now);
  }

  /** Makes a jar of what was kept, at once. It takes no cookies before it {@link canTake} them. */
  static kept(cookies: readonly StoredCookie[], now: () => number): CookieJar {
    return new CookieJar(undefined, cookies, now);
  }

  /** Whether the jar can take cookies at once. */
  get takes(): boolean {
    return this.#tough !== undefined;
  }

  /** Fulfilled when the jar can take cookies. */
  async canTake(): Promise<void> {
    this.#tough ??= await import("tough-cookie");
  }

  /** All cookies that have not ended, the oldest first. */
  stored(): readonly StoredCookie[] {
    const now = this.#now();
    return this.#cookies.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  }

  /** The value of the `Cookie` header of a request; undefined where there is nothing to send. */
  header(url: string): string | undefined {
    const target = new URL(url);
    const trusted = isTrusted(target);
    const sent = this.stored()
      .filter((cookie) => this.#belongsTo(cookie, target) && (trusted || !cookie.secure))
      // Those of longer paths first; the sort keeps the order of the rest, which is that of their age.
      .sort((one, other) => other.path.length - one.path.length);
    return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  /** Names of the cookies that would be sent if the connection were secure. */
  heldBack(url: string): readonly string[] {
    const target = new URL(url);
    if (isTrusted(target)) return [];
    return this.stored()
      .filter((cookie) => cookie.secure && this.#belongsTo(cookie, target))
      .map(({ name }) => name);
  }

  /**
   * Takes what an answer has set. What is no cookie, or not for this host to set, is left out.
   *
   * @param setCookies - The values of the `Set-Cookie` headers.
   * @returns whether anything has changed.
   */
  take(url: string, setCookies: readonly string[]): boolean {
    const before = this.#cookies;
    const from = new URL(url);
    const tough = this.#tough;
    if (tough === undefined) throw new TypeError("The jar cannot take cookies yet.");
    const taken = setCookies.flatMap((header) => this.#read(tough, from, header) ?? []);
    for (const cookie of taken) this.#put(cookie, isTrusted(from));
    this.#dropOldParts(taken);
    this.#cookies = this.stored().slice(-MOST_COOKIES);
    return JSON.stringify(before) !== JSON.stringify(this.#cookies);
  }

  /**
   * Forgets what only a login under way has a use for: the `…_csrf` of oauth2-proxy and the `oidc_state_csrf` of
   * oidc-authservice. They pile up otherwise, until the gateway refuses the header (431).
   */
  dropLeftovers(): void {
    this.#cookies = this.#cookies.filter(({ name }) => !/.+_csrf(_[^_]+)?$/i.test(name));
  }

  #belongsTo({ domain, hostOnly, path }: StoredCookie, { hostname, pathname }: URL): boolean {
    const host = hostname.toLowerCase();
    const ofHost = host === domain || (!hostOnly && isBelow(host, domain));
    return ofHost && (pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`));
  }

  #read(tough: ToughCookie, from: URL, header: string): StoredCookie | undefined {
    // Only what a header can carry, byte for byte; anything else could end the header and begin another one.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(header)) return undefined;
    const parsed = tough.Cookie.parse(header);
    if (parsed === undefined || parsed.key === "" || parsed.key.length + parsed.value.length > LARGEST_COOKIE) {
      return undefined;
    }
    const scope = this.#scopeOf(tough, from.hostname.toLowerCase(), parsed.domain);
    if (scope === undefined) return undefined;
    const path = parsed.path?.startsWith("/") ? parsed.path : tough.defaultPath(from.pathname);
    const { key: name, value, secure, httpOnly } = parsed;
    if (/^__(secure|host)-/i.test(name) && !secure) return undefined;
    if (/^__host-/i.test(name) && (parsed.domain !== null || parsed.path !== "/")) return undefined;
    return { name, value, ...scope, path, secure, httpOnly, expiresAt: this.#endOf(parsed) };
  }

  /** For whom a cookie is; undefined where the host may not set it. */
  #scopeOf(
    tough: ToughCookie,
    host: string,
    given: string | null,
  ): Pick<StoredCookie, "domain" | "hostOnly"> | undefined {
    const domain = given === null || given === "" ? host : (tough.canonicalDomain(given) ?? host);
    if (domain === host && (given === null || given === "" || !hasSubdomains(tough, host))) {
      return { domain: host, hostOnly: true };
    }
    if ((host !== domain && !isBelow(host, domain)) || !hasSubdomains(tough, domain)) return undefined;
    return { domain, hostOnly: false };
  }

  #endOf({ maxAge, expires }: { maxAge: unknown; expires: unknown }): number | undefined {
    const now = this.#now();
    // tough-cookie has the two that are no numbers as words.
    const seconds = maxAge === null || maxAge === undefined ? undefined : Number(maxAge);
    const until = expires instanceof Date ? expires.getTime() : undefined;
    const end = seconds === undefined ? until : seconds <= 0 ? 0 : now + seconds * 1_000;
    return end === undefined || Number.isNaN(end) ? undefined : Math.min(end, now + LONGEST_LIFE_MS);
  }

  #put(cookie: StoredCookie, trusted: boolean): void {
    const index = this.#cookies.findIndex((one) => isSame(one, cookie));
    // What came over an open connection replaces nothing that is meant for secure ones (RFC 6265bis, 5.7).
    if (!trusted && !cookie.secure && this.#cookies[index]?.secure === true) return;
    // One that is replaced keeps its place.
    this.#cookies = index < 0 ? [...this.#cookies, cookie] : this.#cookies.with(index, cookie);
  }

  /**
   * oauth2-proxy splits a session that is too large into `name_0`, `name_1`, …, and tells nobody of the parts that a
   * longer session before it had: sent along, they would spoil it.
   */
  #dropOldParts(taken: readonly StoredCookie[]): void {
    const now = this.#now();
    const set = taken.filter(({ value, expiresAt }) => value !== "" && (expiresAt === undefined || expiresAt > now));
    for (const cookie of set) {
      const base = /^(.+)_0$/.exec(cookie.name)?.[1];
      const whole = base ?? cookie.name;
      const stays = new Set(set.filter((one) => isOfSamePlace(one, cookie)).map(({ name }) => name));
      const isPart = (name: string) => name.startsWith(`${whole}_`) && /^\d{1,2}$/.test(name.slice(whole.length + 1));
      this.#cookies = this.#cookies.filter((one) => {
        if (!isOfSamePlace(one, cookie) || stays.has(one.name)) return true;
        return !(isPart(one.name) || (base !== undefined && one.name === base));
      });
    }
  }
}

/** Whether a host is below a domain. Addresses are below none. */
function isBelow(host: string, domain: string): boolean {
  return host.endsWith(`.${domain}`) && !/^[\d.]+$|^\[/.test(host);
}

/** Whether cookies can be for a whole domain: not for a public suffix (`co.uk`), an address, or a single word. */
function hasSubdomains(tough: ToughCookie, domain: string): boolean {
  if (/^[\d.]+$|^\[|^[^.]+$/.test(domain)) return false;
  return tough.getPublicSuffix(domain, { allowSpecialUseDomain: true, ignoreError: true }) !== undefined;
}

function isOfSamePlace(one: StoredCookie, other: StoredCookie): boolean {
  return one.domain === other.domain && one.path === other.path;
}

function isSame(one: StoredCookie, other: StoredCookie): boolean {
  return one.name === other.name && isOfSamePlace(one, other);
}

/** Browsers send Secure cookies to the machine itself, too, whatever the scheme: nobody listens on the way. */
function isTrusted({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || isLoopback(hostname);
}
