import type { IncomingMessage } from "node:http";
import { cookiesNamed } from "../cookies.ts";
import type { CookieKeys } from "./cookie-keys.ts";
import type { Session, Sessions } from "./sessions.ts";

/** A session, and the id under which it is found. */
export interface FoundSession {
  readonly id: string;
  readonly session: Session;
}

/** The sessions of browsers: which cookie stands for which. */
export class BrowserSessions {
  readonly #keys: CookieKeys;
  readonly #sessions: Sessions;
  readonly #cookie: string;

  /** @param cookie - Its name. */
  constructor(keys: CookieKeys, sessions: Sessions, cookie: string) {
    this.#keys = keys;
    this.#sessions = sessions;
    this.#cookie = cookie;
  }

  /** Begins a session. @returns the value of its cookie @throws SessionNotKeptError */
  async begin(session: Session): Promise<string> {
    return this.#keys.sign("session", await this.#sessions.begin(session)).signed;
  }

  /** Whether a request brings a cookie of a session at all, good or not. */
  isPresented(incoming: IncomingMessage): boolean {
    return cookiesNamed(incoming, this.#cookie).length > 0;
  }

  /** Of several cookies the first good one counts. */
  find(incoming: IncomingMessage): FoundSession | undefined {
    for (const value of cookiesNamed(incoming, this.#cookie)) {
      const found = this.findValue(value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The session of a cookie's value. */
  findValue(value: string): FoundSession | undefined {
    const id = this.#keys.verify("session", value)?.text;
    const session = id === undefined ? undefined : this.#sessions.find(id);
    return id === undefined || session === undefined ? undefined : { id, session };
  }

  /** Ends every session that a request brings a cookie of. */
  async end(incoming: IncomingMessage): Promise<void> {
    for (const value of cookiesNamed(incoming, this.#cookie)) await this.endValue(value);
  }

  /** Ends the session of a cookie's value. */
  async endValue(value: string): Promise<void> {
    const found = this.findValue(value);
    if (found !== undefined) await this.#sessions.end(found.id);
  }
}
