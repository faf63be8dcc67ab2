import { wholeEnvironment } from "../environment.ts";
import { badOption } from "../errors/bad-argument.ts";
import type { LoopbackHost } from "../openid/loopback-listener.ts";
import { openInBrowser } from "../platform/node-open-browser.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import { type BrowserIdentity, BrowserSession, type BrowserSettings } from "./browser-session.ts";
import type { Credentials, CredentialsRefusal, CredentialsRequest } from "./credentials.ts";

/**
 * How somebody logs in in a browser.
 *
 * @example
 * import { browserLogin, type BrowserLoginOptions } from "@kfp-ts/sdk";
 *
 * const options: BrowserLoginOptions = { onUrl: (url) => console.error(`Log in at ${url}`) };
 * console.log(typeof browserLogin(options).logIn);
 */
export interface BrowserLoginOptions {
  /** The identity provider: what stands before `/.well-known/openid-configuration`. @default `/dex` at the endpoint's origin */
  readonly issuer?: string | undefined;
  /** The id of a public client that it knows. @default "kubeflow-pipelines-sdk" */
  readonly clientId?: string | undefined;
  /** What to ask for. @default openid, email, profile, groups and offline_access, as far as the provider has them */
  readonly scopes?: readonly string[] | undefined;
  /** Keeps the tokens beyond the end of the program. @default in memory only */
  readonly sessions?: SessionStore | undefined;
  /** Opens an address in a browser; fails where it cannot. @default the system's way: xdg-open, open */
  readonly open?: ((url: string) => void | Promise<void>) | undefined;
  /**
   * Told the address of each login, and whether a browser was opened there: for people to go there themselves. Without it,
   * a login fails where no browser can be opened.
   */
  readonly onUrl?: ((url: string, opened: boolean) => void) | undefined;
  /** The port of this machine to which the browser comes back. @default any that is free */
  readonly port?: number | undefined;
  /** The name under which it comes back: older versions of Dex take only localhost. @default "127.0.0.1" */
  readonly redirectHost?: LoopbackHost | undefined;
  /** How long somebody may take to log in, in milliseconds. @default 300 000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Credentials of somebody who logs in in a browser.
 *
 * @example
 * import { type BrowserLogin, browserLogin } from "@kfp-ts/sdk";
 *
 * const credentials: BrowserLogin = browserLogin();
 * console.log(credentials.patienceMs);
 */
export interface BrowserLogin extends Credentials {
  /** How long a call may wait for somebody to log in, in milliseconds. */
  readonly patienceMs: number;
  /**
   * Logs in now, whether or not somebody has before. Calls do so by themselves where it is needed.
   *
   * @returns who has logged in.
   * @throws KfpError BROWSER_LOGIN_FAILED
   */
  logIn(connection: Pick<CredentialsRequest, "endpoint" | "transport" | "signal">): Promise<BrowserIdentity>;
}

/** What the credentials need of where they are; tests bring their own. */
interface Surroundings {
  readonly open: (url: string) => void | Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const here: Surroundings = {
  open: (url) => openInBrowser(url, { platform: process.platform, environment: wholeEnvironment() }),
  now: Date.now,
};

const TIMEOUT_MS = 300_000;

/**
 * Sends the id token of somebody who logs in in a browser (OpenID Connect: code flow with PKCE, and a redirection to this
 * machine). The first call opens the browser and waits. Tokens are renewed a minute before they end and after a refusal,
 * without anybody doing anything, as long as the identity provider renews them; then there is a new login. However many
 * calls wait, there is one window. Works in Node only.
 *
 * @throws KfpError BAD_OPTION; from calls BROWSER_LOGIN_FAILED
 *
 * @example
 * import { browserLogin, Client } from "@kfp-ts/sdk";
 *
 * const credentials = browserLogin({ onUrl: (url) => console.error(`Log in at ${url}`) });
 * console.log(new Client({ host: "https://kubeflow.example.com/pipeline", credentials }).host);
 */
export function browserLogin(options: BrowserLoginOptions = {}, surroundings: Surroundings = here): BrowserLogin {
  return new LoginInBrowser(settingsOf(options, surroundings));
}

/** How much longer a call waits than somebody has to log in: for what is said to the provider before and after. */
const AROUND_MS = 60_000;

class LoginInBrowser implements BrowserLogin {
  readonly patienceMs: number;
  readonly #settings: BrowserSettings;
  /** Tokens of one endpoint are not for another one. */
  readonly #sessions = new Map<string, BrowserSession>();

  constructor(settings: BrowserSettings) {
    this.#settings = settings;
    this.patienceMs = settings.timeoutMs + AROUND_MS;
  }

  headers(request: CredentialsRequest): Promise<{ authorization: string }> {
    return this.#session(request.endpoint).headers(request);
  }

  refused(refusal: CredentialsRefusal): Promise<boolean> {
    return this.#session(refusal.endpoint).refused(refusal);
  }

  logIn(connection: Pick<CredentialsRequest, "endpoint" | "transport" | "signal">): Promise<BrowserIdentity> {
    return this.#session(connection.endpoint).logIn(connection);
  }

  #session(endpoint: string): BrowserSession {
    let session = this.#sessions.get(endpoint);
    if (session === undefined) {
      session = new BrowserSession(endpoint, this.#settings);
      this.#sessions.set(endpoint, session);
    }
    return session;
  }
}

function settingsOf(options: BrowserLoginOptions, { open, now }: Surroundings): BrowserSettings {
  const { issuer, clientId = "kubeflow-pipelines-sdk", scopes, port = 0, redirectHost = "127.0.0.1" } = options;
  const { timeoutMs = TIMEOUT_MS } = options;
  if (issuer !== undefined) {
    const url = typeof issuer === "string" && URL.canParse(issuer) ? new URL(issuer) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password + url.search + url.hash) {
      throw badOption(
        "issuer is no http or https URL.",
        'As in browserLogin({ issuer: "https://kubeflow.example.com/dex" })',
      );
    }
  }
  if (typeof clientId !== "string" || clientId === "") throw badOption("clientId is empty.");
  if (
    scopes !== undefined &&
    !(scopes.includes("openid") && scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)))
  ) {
    throw badOption('scopes do not have "openid", or have one that is no word.', 'As in scopes: ["openid", "email"]');
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw badOption(`port is ${port}, which is none.`);
  if (redirectHost !== "127.0.0.1" && redirectHost !== "localhost") {
    throw badOption('redirectHost is neither "127.0.0.1" nor "localhost".', "Leave it out for 127.0.0.1.");
  }
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) throw badOption(`timeoutMs is ${timeoutMs}, which is no time.`);
  const { sessions, onUrl } = options;
  return { issuer, clientId, scopes, port, redirectHost, timeoutMs, sessions, onUrl, open: options.open ?? open, now };
}
