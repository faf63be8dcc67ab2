import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@kfp-ts/server/ports";
import { Expiring } from "../../identity/expiring.ts";
import type { CookieKeys } from "../sessions/cookie-keys.ts";

/** How long somebody may take to log in, in seconds. */
export const LOGIN_SECONDS = 15 * 60;

/** A login that begins. */
export interface BegunLogin {
  /** The value of the cookie that this login, and others of the same browser, are bound to. */
  readonly browser: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeChallenge: string;
}

/** A login that comes back. */
export interface ReturnedLogin {
  /** Where the browser wanted to go. */
  readonly path: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/**
 * The logins under way, which nothing here remembers: what a login needs when it comes back is signed into its `state`, or made
 * again from it. So any number can be under way, in one browser too, and a restart loses none. A state is good once, for the
 * browser that began, for a quarter of an hour.
 */
export class LoginStates {
  readonly #keys: CookieKeys;
  readonly #clock: Clock;
  readonly #used: Expiring<true>;

  constructor(keys: CookieKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
    this.#used = new Expiring(clock, 10_000);
  }

  /**
   * Begins a login.
   *
   * @param browsers - The cookies that the browser has already; the first good one stays.
   * @param path - Where it wants to go.
   */
  begin(browsers: readonly string[], path: string): BegunLogin {
    const known = browsers.find((value) => this.#keys.verify("browser", value) !== undefined);
    const browser = known ?? this.#keys.sign("browser", randomBytes(32).toString("base64url")).signed;
    const id = randomBytes(16).toString("base64url");
    const expiresAt = this.#clock.now() + LOGIN_SECONDS * 1000;
    const text = Buffer.from(JSON.stringify([id, expiresAt, path])).toString("base64url");
    const { signed, keyId } = this.#keys.sign(`state ${browser}`, text);
    const codeVerifier = this.#keys.derive(keyId, "verifier", text);
    return {
      browser,
      state: signed,
      nonce: this.#keys.derive(keyId, "nonce", text),
      codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    };
  }

  /** Ends a login. @returns undefined where it did not begin in this browser, or is over, or has come back before */
  finish(browsers: readonly string[], state: string): ReturnedLogin | undefined {
    for (const browser of browsers) {
      if (this.#keys.verify("browser", browser) === undefined) continue;
      const found = this.#keys.verify(`state ${browser}`, state);
      if (found === undefined) continue;
      const [id, expiresAt, path] = JSON.parse(Buffer.from(found.text, "base64url").toString()) as [
        string,
        number,
        string,
      ];
      if (expiresAt <= this.#clock.now() || this.#used.get(id)) return undefined;
      this.#used.set(id, true, LOGIN_SECONDS * 1000);
      return {
        path,
        nonce: this.#keys.derive(found.keyId, "nonce", found.text),
        codeVerifier: this.#keys.derive(found.keyId, "verifier", found.text),
      };
    }
    return undefined;
  }
}
