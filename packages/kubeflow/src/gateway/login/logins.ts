import type { IncomingMessage } from "node:http";
import type { Clock } from "@kfp-ts/server/ports";
import { cookiesNamed, setCookie } from "../cookies.ts";
import type { GatewayRequest, GenerationNames } from "../generation.ts";
import { localPath } from "../local-path.ts";
import type { BrowserSessions } from "../sessions/browser-sessions.ts";
import type { LoginClient } from "./login-client.ts";
import { LOGIN_SECONDS, type LoginStates } from "./login-states.ts";

/** How long a session lives, in seconds. */
export const SESSION_SECONDS = 24 * 60 * 60;

/** What logins are made of. */
export interface LoginsOptions {
  readonly names: GenerationNames;
  readonly client: LoginClient;
  readonly states: LoginStates;
  readonly sessions: BrowserSessions;
  /** Whether the identity provider is at our own origin, and its redirects lead to a path. */
  readonly isOwnProvider: boolean;
  readonly clock: Clock;
}

/** Where a browser is sent, and with which cookie. */
export interface LoginStart {
  readonly location: string;
  readonly cookie: string;
}

/** What came of a login that comes back. */
export type LoginOutcome =
  | { readonly outcome: "logged in"; readonly path: string; readonly cookie: string }
  /** It did not begin in this browser, is over, or has come back before. `isKnown`: the browser has begun some login. */
  | { readonly outcome: "not begun here"; readonly isKnown: boolean };

/** The logins at the gateway: where they begin, and what becomes of them. */
export class Logins {
  readonly #options: LoginsOptions;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Begins a login. @param path - Where the browser wants to go; another origin than ours is not gone to. @throws LoginUnavailableError */
  async begin(request: GatewayRequest, path: string): Promise<LoginStart> {
    const { names, client, states } = this.#options;
    const begun = states.begin(this.#browsers(request.incoming), localPath(path));
    const { state, nonce, codeChallenge } = begun;
    const location = await client.begin({ redirectUri: this.#redirectUri(request), state, nonce, codeChallenge });
    const { secure } = request;
    return {
      location,
      cookie: setCookie(names.browserCookie, begun.browser, { maxAgeSeconds: LOGIN_SECONDS, secure }),
    };
  }

  /**
   * Ends a login. Whatever session the browser had, it gets another one.
   *
   * @throws LoginRefusedError, LoginUnavailableError, SessionNotKeptError
   */
  async finish(request: GatewayRequest, { code, state }: { code: string; state: string }): Promise<LoginOutcome> {
    const { names, client, states, sessions, clock } = this.#options;
    const browsers = this.#browsers(request.incoming);
    const login = states.finish(browsers, state);
    if (login === undefined) return { outcome: "not begun here", isKnown: browsers.length > 0 };
    const redirectUri = this.#redirectUri(request);
    const who = await client.finish({ code, redirectUri, ...login });
    const createdAt = clock.now();
    const cookie = await sessions.begin({ ...who, createdAt, expiresAt: createdAt + SESSION_SECONDS * 1000 });
    await sessions.end(request.incoming);
    const { secure } = request;
    return {
      outcome: "logged in",
      path: login.path,
      cookie: setCookie(names.sessionCookie, cookie, { maxAgeSeconds: SESSION_SECONDS, secure }),
    };
  }

  #browsers(incoming: IncomingMessage): readonly string[] {
    return cookiesNamed(incoming, this.#options.names.browserCookie);
  }

  #redirectUri({ origin }: GatewayRequest): string {
    const { isOwnProvider, names } = this.#options;
    return isOwnProvider ? names.callbackPath : `${origin}${names.callbackPath}`;
  }
}
