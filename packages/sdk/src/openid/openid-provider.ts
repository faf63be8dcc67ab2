import { tokenFacts } from "../credentials/token-facts.ts";
import { browserLoginFailed, openIdFailure, refusalIn } from "../errors/browser-login-failure.ts";
import type { Transport } from "../transport/transport.ts";
import { discoverProvider, type IssuerPlace, type ProviderMetadata } from "./provider-metadata.ts";
import { transportFetch } from "./transport-fetch.ts";

/** What a login or a renewal has brought. */
export interface GrantedTokens {
  readonly issuer: string;
  /** A JWT that says who has logged in, and is sent with every request. */
  readonly idToken: string;
  /** What gets new tokens without anybody logging in; undefined where the provider gives none. */
  readonly refreshToken: string | undefined;
  /**
   * How long the id token is valid from now on, in milliseconds, as the clock of the provider has it; undefined where it
   * does not say.
   */
  readonly lifeMs: number | undefined;
}

/** One login that is under way. */
export interface AuthorizationAttempt {
  /** Where the browser goes. */
  readonly url: URL;
  /** Comes back with the browser; known to nobody else. */
  readonly state: string;
  /** Turns what came back into tokens. @param returned - The address at which the browser arrived. */
  finish(returned: URL): Promise<GrantedTokens>;
}

/** Clocks may differ by two minutes, and the answer takes its time, too; in seconds. */
const CLOCK_TOLERANCE = 180;

const USUAL_SCOPES = ["openid", "email", "profile", "groups", "offline_access"];

/** An identity provider that has been found, and speaks OpenID Connect. Loads the library when it is first asked. */
export class OpenIdProvider {
  readonly #transport: Transport;
  readonly #clientId: string;
  readonly metadata: ProviderMetadata;

  private constructor(transport: Transport, clientId: string, metadata: ProviderMetadata) {
    this.#transport = transport;
    this.#clientId = clientId;
    this.metadata = metadata;
  }

  /** @throws KfpError BROWSER_LOGIN_FAILED */
  static async find(
    transport: Transport,
    clientId: string,
    place: IssuerPlace,
    signal: AbortSignal | undefined,
  ): Promise<OpenIdProvider> {
    const metadata = await discoverProvider(place, transportFetch(transport, place.issuer, signal));
    return new OpenIdProvider(transport, clientId, metadata);
  }

  /**
   * Begins a login with the code flow and PKCE.
   *
   * @param scopes - Those to ask for; undefined for the usual ones, as far as the provider has them.
   */
  async begin(
    redirectUri: string,
    scopes: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<AuthorizationAttempt> {
    const client = await import("openid-client");
    const configuration = await this.#configuration(signal);
    const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: (scopes ?? this.#usualScopes()).join(" "),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    const finish = async (returned: URL): Promise<GrantedTokens> => {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      try {
        return this.#granted(await client.authorizationCodeGrant(configuration, returned, checks));
      } catch (error) {
        throw openIdFailure(this.metadata.issuer, error);
      }
    };
    return { url, state, finish };
  }

  /**
   * Gets new tokens for a refresh token.
   *
   * @returns undefined where the provider takes it no more, so that somebody has to log in.
   * @throws KfpError BROWSER_LOGIN_FAILED for every other reason
   */
  async refresh(
    { refreshToken, idToken }: { readonly refreshToken: string; readonly idToken: string | undefined },
    signal: AbortSignal,
  ): Promise<GrantedTokens | undefined> {
    const client = await import("openid-client");
    const { issuer } = this.metadata;
    try {
      const answer = await client.refreshTokenGrant(await this.#configuration(signal), refreshToken);
      if (answer.id_token === undefined) return undefined;
      const [before, now] = [idToken === undefined ? undefined : tokenFacts(idToken), tokenFacts(answer.id_token)];
      if (before?.subject !== undefined && before.subject !== now?.subject) {
        throw browserLoginFailed(`The identity provider ${issuer} renewed the login in the name of somebody else.`);
      }
      const granted = this.#granted(answer);
      return { ...granted, refreshToken: granted.refreshToken ?? refreshToken };
    } catch (error) {
      if (refusalIn(error)?.error === "invalid_grant") return undefined;
      throw openIdFailure(issuer, error);
    }
  }

  async #configuration(signal: AbortSignal) {
    const client = await import("openid-client");
    const {
      issuer,
      scopes_supported: _,
      id_token_signing_alg_values_supported: algorithms,
      ...metadata
    } = this.metadata;
    const configuration = new client.Configuration(
      { issuer, ...metadata, ...(algorithms && { id_token_signing_alg_values_supported: [...algorithms] }) },
      this.#clientId,
      { [client.clockTolerance]: CLOCK_TOLERANCE },
      client.None(),
    );
    configuration[client.customFetch] = transportFetch(this.#transport, issuer, signal);
    // Which addresses may do without TLS was decided when the provider was found.
    client.allowInsecureRequests(configuration);
    return configuration;
  }

  #usualScopes(): readonly string[] {
    const { scopes_supported: known } = this.metadata;
    return known === undefined ? USUAL_SCOPES : USUAL_SCOPES.filter((one) => one === "openid" || known.includes(one));
  }

  #granted(answer: { readonly id_token?: string; readonly refresh_token?: string; claims(): unknown }): GrantedTokens {
    const { issuer } = this.metadata;
    if (answer.id_token === undefined) throw browserLoginFailed(`The identity provider ${issuer} gave no id token.`);
    const { exp, iat } = (answer.claims() ?? {}) as { exp?: number; iat?: number };
    // By its own clock: this machine's may be minutes off.
    const lifeMs =
      exp === undefined ? undefined : Math.max(0, exp * 1000 - (iat === undefined ? Date.now() : iat * 1000));
    return { issuer, idToken: answer.id_token, refreshToken: answer.refresh_token, lifeMs };
  }
}
