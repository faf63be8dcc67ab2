/**
 * What a login is kept as: the cookies of a gateway's session, or the tokens of an identity provider. A secret.
 *
 * @example
 * import type { StoredSession } from "@kfp-ts/sdk";
 *
 * const describe = ({ kind, savedAt }: StoredSession) => `${kind} since ${new Date(savedAt).toISOString()}`;
 * console.log(describe.name);
 */
export type StoredSession =
  | {
      readonly kind: "cookies";
      /** All cookies of the login, as the cookie jar writes them. */
      readonly cookies: readonly StoredCookie[];
      /** When the login came about, in milliseconds since 1970. */
      readonly savedAt: number;
    }
  | {
      readonly kind: "tokens";
      readonly issuer: string;
      readonly clientId: string;
      readonly idToken: string | undefined;
      readonly accessToken: string | undefined;
      readonly refreshToken: string | undefined;
      /** When the token that is sent ends, in milliseconds since 1970; undefined where it does not say. */
      readonly expiresAt: number | undefined;
      /** When the tokens came, in milliseconds since 1970. */
      readonly savedAt: number;
    };

/**
 * One cookie of a session, with the attributes that say where and until when it is sent.
 *
 * @example
 * import type { StoredCookie } from "@kfp-ts/sdk";
 *
 * const isHostOnly = (cookie: StoredCookie) => cookie.hostOnly;
 * console.log(isHostOnly.length);
 */
export interface StoredCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** In milliseconds since 1970; undefined for one that lasts as long as the session. */
  readonly expiresAt: number | undefined;
}

/**
 * Whose session it is, and where.
 *
 * @example
 * import type { SessionKey } from "@kfp-ts/sdk";
 *
 * const key: SessionKey = { endpoint: "http://localhost:8080/pipeline", user: "user@example.com" };
 * console.log(key.user);
 */
export interface SessionKey {
  /** The endpoint of the client, without a slash at the end. */
  readonly endpoint: string;
  /** The name with which one logs in; empty where the login asks elsewhere, in a browser. */
  readonly user: string;
}

/**
 * Keeps sessions beyond the end of a program, so that the next one need not log in.
 *
 * @example
 * import type { SessionKey, SessionStore, StoredSession } from "@kfp-ts/sdk";
 *
 * const sessions = new Map<string, StoredSession>();
 * const nameOf = ({ endpoint, user }: SessionKey) => `${user} at ${endpoint}`;
 * const inMemory: SessionStore = {
 *   load: async (key) => sessions.get(nameOf(key)),
 *   save: async (key, session) => void sessions.set(nameOf(key), session),
 *   delete: async (key) => void sessions.delete(nameOf(key)),
 * };
 * console.log(typeof inMemory.load);
 */
export interface SessionStore {
  /** @returns undefined where none is kept. */
  load(key: SessionKey): Promise<StoredSession | undefined>;
  save(key: SessionKey, session: StoredSession): Promise<void>;
  /** Forgets a session; nothing happens where none is kept. */
  delete(key: SessionKey): Promise<void>;
  /**
   * Does something while no other program that keeps its sessions here logs in, so that what one has got, the next one
   * finds. @default at once
   *
   * @param signal - Ends the waiting for others.
   */
  whileLoggingIn?<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The passwords that were refused to any program that keeps its sessions here. @default each program knows its own */
  readonly refusals?: PasswordRefusals | undefined;
}

/**
 * Remembers which passwords were refused, so that no number of programs locks an account with one that is wrong.
 *
 * @example
 * import type { PasswordRefusals } from "@kfp-ts/sdk";
 *
 * const refused = new Map<string, string>();
 * const inMemory: PasswordRefusals = {
 *   check: async ({ user }, password) => {
 *     if (refused.get(user) === password) throw new Error("refused before");
 *   },
 *   refused: async ({ user }, password) => void refused.set(user, password),
 *   accepted: async ({ user }) => void refused.delete(user),
 * };
 * console.log(typeof inMemory.check);
 */
export interface PasswordRefusals {
  /**
   * Asked before a password is sent.
   *
   * @param now - Milliseconds since 1970.
   * @throws KfpError LOGIN_PAUSED where it was refused a short time ago
   */
  check(key: SessionKey, password: string, now: number): Promise<void>;
  /** Notes that a password was refused. */
  refused(key: SessionKey, password: string, now: number): Promise<void>;
  /** Notes that somebody could log in: what was refused before is forgotten. */
  accepted(key: SessionKey): Promise<void>;
}
