import type {
  Credentials,
  CredentialsAnswer,
  CredentialsRefusal,
  CredentialsRequest,
  CredentialsSent,
} from "../credentials/credentials.ts";
import type { LogIn } from "../login/log-in.ts";
import { EndpointSession } from "./endpoint-session.ts";
import type { SessionStore } from "./session-store.ts";

/** What a session of logins is made with. */
export interface LoginSessionOptions {
  /** Undefined where nobody is there to log in: then what is kept serves as long as it lasts. */
  readonly logIn: LogIn | undefined;
  /** The name with which one logs in: sessions are kept by endpoint and user. */
  readonly user: string;
  /** Whether the secret is another one than the one that was refused; undefined where it never changes. */
  readonly secretChanged?: (() => Promise<boolean>) | undefined;
  /** Keeps sessions beyond the end of the program. */
  readonly sessions?: SessionStore | undefined;
  /** Milliseconds since 1970. @default the clock of this machine */
  readonly now?: (() => number) | undefined;
}

/**
 * The cookies of a login, for as long as a program runs. The first call logs in; a session that ends is renewed once for
 * all calls that were refused, whatever they were in the middle of. How long a login that fails rests, {@link LoginPause}
 * says.
 */
export class LoginSession implements Credentials {
  readonly #options: LoginSessionOptions;
  /** A session at one endpoint is nothing to another one. */
  readonly #endpoints = new Map<string, EndpointSession>();

  constructor(options: LoginSessionOptions) {
    this.#options = options;
  }

  async headers(request: CredentialsRequest): Promise<Readonly<Record<string, string>>> {
    const cookie = await this.#at(request.endpoint).cookie(request);
    return cookie === undefined ? {} : { cookie };
  }

  refused(refusal: CredentialsRefusal): Promise<boolean> {
    return this.#at(refusal.endpoint).refused(refusal);
  }

  accepted({ endpoint, url, sent }: CredentialsSent): void {
    this.#at(endpoint).accepted(url, sent);
  }

  received({ endpoint, url, sent, setCookies }: CredentialsAnswer): void {
    this.#at(endpoint).received(url, sent, setCookies);
  }

  endsAt(endpoint: string): Date | undefined {
    return this.#at(endpoint).endsAt;
  }

  /** Fulfilled when all is kept that is to be kept: for programs that end at once. */
  async settled(): Promise<void> {
    await Promise.all([...this.#endpoints.values()].map((session) => session.settled()));
  }

  #at(endpoint: string): EndpointSession {
    let session = this.#endpoints.get(endpoint);
    if (session === undefined) {
      const { logIn, user, secretChanged, sessions, now = Date.now } = this.#options;
      session = new EndpointSession({ key: { endpoint, user }, logIn, secretChanged, sessions, now });
      this.#endpoints.set(endpoint, session);
    }
    return session;
  }
}

/** Fulfilled when all is kept of a login's session that is to be kept; at once for other credentials. */
export async function settled(credentials: Credentials): Promise<void> {
  if (credentials instanceof LoginSession) await credentials.settled();
}
