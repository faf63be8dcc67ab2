import { browserLoginFailed } from "../errors/browser-login-failure.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { inBrowser } from "../openid/in-browser.ts";
import type { LoopbackHost } from "../openid/loopback-listener.ts";
import { type GrantedTokens, OpenIdProvider } from "../openid/openid-provider.ts";
import { sharedAttempt } from "../openid/shared-attempt.ts";
import type { SessionKey, SessionStore, StoredSession } from "../sessions/session-store.ts";
import type { CredentialsRefusal, CredentialsRequest } from "./credentials.ts";
import { tokenFacts } from "./token-facts.ts";

/** What a session in the browser is told. */
export interface BrowserSettings {
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[] | undefined;
  readonly port: number;
  readonly redirectHost: LoopbackHost;
  readonly timeoutMs: number;
  readonly sessions: SessionStore | undefined;
  readonly onUrl: ((url: string, opened: boolean) => void) | undefined;
  readonly open: (url: string) => void | Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Who has logged in, as the id token says.
 *
 * @example
 * import type { BrowserIdentity } from "@kfp-ts/sdk";
 *
 * const greeting = ({ user }: BrowserIdentity) => `Hello ${user ?? "you"}`;
 * console.log(greeting.name);
 */
export interface BrowserIdentity {
  /** The e-mail address, else the subject. */
  readonly user: string | undefined;
  /** Who says so. */
  readonly issuer: string;
}

type Connection = Pick<CredentialsRequest, "endpoint" | "transport" | "signal">;
type Tokens = StoredSession & { readonly kind: "tokens"; readonly idToken: string };

/** Tokens are renewed so long before they end, in milliseconds. */
const EARLY_MS = 60_000;
/** After a renewal that failed the next one is tried this much later, in milliseconds. */
const RENEW_PAUSE_MS = 10_000;
/** How long a renewal beside the calls may take, in milliseconds. */
const RENEWAL_MS = 30_000;
/** After a login that failed no new window is opened for so long, in milliseconds. */
const LOGIN_PAUSE_MS = 30_000;
/** A token that is refused so soon after it came is refused for what it is, not for its age; in milliseconds. */
const FRESH_MS = 20_000;

/** The tokens of one person for one endpoint: got in the browser, renewed, and kept. */
export class BrowserSession {
  readonly #key: SessionKey;
  readonly #settings: BrowserSettings;
  #tokens: Tokens | undefined;
  #loaded: Promise<void> | undefined;
  #provider: OpenIdProvider | undefined;
  #failure: { readonly error: unknown; readonly until: number } | undefined;
  #renewNotBefore = 0;
  #connection: Connection | undefined;
  /** New tokens without anybody doing anything, once for all who wait; undefined where somebody has to log in. */
  readonly #renewed = sharedAttempt((signal) => this.#renew(signal));
  /** New tokens, be it in a window: one for all who wait. */
  readonly #replaced = sharedAttempt((signal) => this.#replace(signal));

  constructor(endpoint: string, settings: BrowserSettings) {
    this.#key = { endpoint, user: "" };
    this.#settings = settings;
  }

  async headers(connection: Connection): Promise<{ authorization: string }> {
    this.#connection = connection;
    await this.#load();
    const tokens = this.#tokens;
    const { now } = this.#settings;
    const left = tokens === undefined ? 0 : (tokens.expiresAt ?? Number.POSITIVE_INFINITY) - now();
    if (tokens === undefined || left <= 0) return authorization(await this.#replaced(connection.signal));
    // A token that lives for less than two minutes is renewed when half of its life is over.
    const early = Math.min(EARLY_MS, ((tokens.expiresAt ?? 0) - tokens.savedAt) / 2);
    if (left <= early && tokens.refreshToken !== undefined && this.#renewNotBefore <= now()) {
      this.#renewNotBefore = now() + RENEW_PAUSE_MS;
      // While the token serves, nobody waits for its successor.
      this.#renewed(AbortSignal.timeout(RENEWAL_MS)).catch(() => undefined);
    }
    return authorization(tokens);
  }

  async refused({ sent, ...connection }: CredentialsRefusal): Promise<boolean> {
    this.#connection = connection;
    const tokens = this.#tokens;
    if (tokens === undefined) return false;
    if (authorization(tokens).authorization !== sent.authorization) return true;
    if (this.#settings.now() - tokens.savedAt < FRESH_MS) return false;
    return authorization(await this.#replaced(connection.signal)).authorization !== sent.authorization;
  }

  async logIn(connection: Connection): Promise<BrowserIdentity> {
    this.#connection = connection;
    await this.#load();
    this.#failure = undefined;
    this.#tokens = undefined;
    const { idToken, issuer } = await this.#replaced(connection.signal);
    return { user: userOf(idToken), issuer };
  }

  async #replace(signal: AbortSignal): Promise<Tokens> {
    const { now } = this.#settings;
    if (this.#failure !== undefined && now() < this.#failure.until) throw this.#failure.error;
    let pause = RENEW_PAUSE_MS;
    try {
      const renewed = await this.#renewed(signal);
      if (renewed === undefined) pause = LOGIN_PAUSE_MS;
      const tokens = renewed ?? (await this.#keep(await this.#loggedIn(signal)));
      this.#failure = undefined;
      return tokens;
    } catch (error) {
      this.#provider = undefined;
      // Giving up is no failure, and it must not be told to others.
      if (!signal.aborted && isKfpError(error)) this.#failure = { error, until: now() + pause };
      throw error;
    }
  }

  async #renew(signal: AbortSignal): Promise<Tokens | undefined> {
    const stored = await this.#adoptStored();
    if (stored !== undefined) return stored;
    const held = this.#tokens;
    if (held?.refreshToken === undefined) return undefined;
    const { refreshToken, idToken } = held;
    const provider = await this.#found(signal);
    const granted = await provider.refresh({ refreshToken, idToken }, signal);
    if (granted !== undefined) return this.#keep(granted);
    // Another program may have used the refresh token a moment ago: then what it got is kept by now.
    const meanwhile = await this.#adoptStored();
    if (meanwhile !== undefined) return meanwhile;
    // The id token serves until it ends; then somebody has to log in.
    if (this.#tokens === held) this.#tokens = { ...held, refreshToken: undefined };
    return undefined;
  }

  async #loggedIn(signal: AbortSignal): Promise<GrantedTokens> {
    const provider = await this.#found(signal);
    return inBrowser(provider, this.#settings, signal);
  }

  async #found(signal: AbortSignal): Promise<OpenIdProvider> {
    const { issuer, clientId } = this.#settings;
    const connection = this.#connection;
    if (connection === undefined) throw browserLoginFailed("Nothing is known of how to connect.");
    if (this.#provider === undefined) {
      const place = { issuer: issuer ?? `${new URL(connection.endpoint).origin}/dex`, concluded: issuer === undefined };
      this.#provider = await OpenIdProvider.find(connection.transport, clientId, place, signal);
    }
    return this.#provider;
  }

  async #keep({ idToken, refreshToken, lifeMs, issuer }: GrantedTokens): Promise<Tokens> {
    const { now, clientId, sessions } = this.#settings;
    const savedAt = now();
    const expiresAt = lifeMs === undefined ? undefined : savedAt + lifeMs;
    const tokens: Tokens = {
      kind: "tokens",
      issuer,
      clientId,
      idToken,
      // Nobody asks for it: the gateway and the API look at the id token.
      accessToken: undefined,
      refreshToken,
      expiresAt,
      savedAt,
    };
    this.#tokens = tokens;
    await sessions?.save(this.#key, tokens);
    return tokens;
  }

  /** What was kept before this program began. */
  #load(): Promise<void> {
    this.#loaded ??= this.#stored().then(
      (stored) => {
        this.#tokens ??= stored;
      },
      (error: unknown) => {
        this.#loaded = undefined;
        throw error;
      },
    );
    return this.#loaded;
  }

  /** Takes what another program has got and kept since; undefined where there is nothing that serves. */
  async #adoptStored(): Promise<Tokens | undefined> {
    const held = this.#tokens;
    if (held === undefined) return undefined;
    const stored = await this.#stored();
    if (stored === undefined || stored.idToken === held.idToken || stored.savedAt < held.savedAt) return undefined;
    this.#tokens = stored;
    return (stored.expiresAt ?? Number.POSITIVE_INFINITY) - this.#settings.now() > 0 ? stored : undefined;
  }

  async #stored(): Promise<Tokens | undefined> {
    const { sessions, clientId, issuer } = this.#settings;
    const stored = await sessions?.load(this.#key);
    if (stored?.kind !== "tokens" || stored.idToken === undefined || stored.clientId !== clientId) return undefined;
    if (issuer !== undefined && stored.issuer !== issuer) return undefined;
    return { ...stored, idToken: stored.idToken };
  }
}

function authorization({ idToken }: { readonly idToken: string }): { authorization: string } {
  return { authorization: `Bearer ${idToken}` };
}

function userOf(idToken: string): string | undefined {
  const facts = tokenFacts(idToken);
  return facts?.email ?? facts?.subject;
}
