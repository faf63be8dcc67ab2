import type { Clock, Log } from "@kfp-ts/server/ports";
import type { Configuration } from "openid-client";
import { userOfClaims } from "../user-of-claims.ts";
import { type LoggedIn, type LoginClient, LoginRefusedError, LoginUnavailableError } from "./login-client.ts";
import type { ProviderFetch } from "./provider-fetch.ts";

/** An OpenID provider, and who the gateway is there. */
export interface OpenIdLoginOptions {
  /** `https://accounts.example.com` */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers are sent, where that is not what the provider tells: a path of the gateway's own origin. */
  readonly authorizationPath?: string | undefined;
  readonly scope?: string | undefined;
  /** @default the one of Node */
  readonly fetch?: ProviderFetch | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The gateway as a client of an OpenID provider. */
export interface OpenIdLogin extends LoginClient {
  /** Where the keys are that its tokens are signed with. @throws LoginUnavailableError */
  keysUrl(): Promise<string>;
}

/** By how much the clocks of the provider and of this machine may differ, in seconds. */
const SKEW_SECONDS = 120;

/**
 * Logs people in with OpenID Connect's code flow, with PKCE, a nonce and a state. The provider is asked what it is when it is
 * first needed, and again when it did not answer: it may start later than the gateway does.
 */
export function openIdLogin(options: OpenIdLoginOptions): OpenIdLogin {
  const { clientId, scope = "openid email profile groups", log } = options;
  let discovered: Promise<Configuration> | undefined;
  const provider = (): Promise<Configuration> => {
    discovered ??= discover(options).catch((cause: unknown) => {
      discovered = undefined;
      throw unavailable(options, cause);
    });
    return discovered;
  };

  return {
    async begin({ redirectUri, state, nonce, codeChallenge }) {
      const query = new URLSearchParams({
        client_id: clientId,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
        nonce,
        redirect_uri: redirectUri,
        response_type: "code",
        scope,
        state,
      });
      if (options.authorizationPath !== undefined) return `${options.authorizationPath}?${query}`;
      const { authorization_endpoint: endpoint } = (await provider()).serverMetadata();
      if (endpoint === undefined) throw unavailable(options, new TypeError("it tells no authorization_endpoint"));
      const url = new URL(endpoint);
      for (const [name, value] of query) url.searchParams.set(name, value);
      return url.href;
    },
    async finish({ code, redirectUri, nonce, codeVerifier }) {
      const configuration = await provider();
      const { genericGrantRequest } = await import("openid-client");
      const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
      const tokens = await genericGrantRequest(configuration, "authorization_code", parameters).catch(
        (cause: unknown) => {
          throw failure(options, cause);
        },
      );
      const claims = tokens.claims();
      if (tokens.id_token === undefined || claims === undefined) {
        throw new LoginRefusedError("The identity provider has not said who it is.");
      }
      if (claims.nonce !== nonce) throw new LoginRefusedError("The identity provider's answer is for another login.");
      const loggedIn = loggedInAs(claims, tokens.id_token);
      log.info({ user: loggedIn.user }, "logged in at the gateway");
      return loggedIn;
    },
    async keysUrl() {
      const { jwks_uri: url } = (await provider()).serverMetadata();
      if (url === undefined) throw unavailable(options, new TypeError("it tells no jwks_uri"));
      return url;
    },
  };
}

async function discover({ issuer, clientId, clientSecret, fetch }: OpenIdLoginOptions): Promise<Configuration> {
  const client = await import("openid-client");
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    { client_secret: clientSecret, [client.clockTolerance]: SKEW_SECONDS },
    client.ClientSecretBasic(clientSecret),
    {
      timeout: 10,
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.startsWith("http:") ? [client.allowInsecureRequests] : []),
      ],
      ...(fetch !== undefined && { [client.customFetch]: fetch }),
    },
  );
  if (fetch !== undefined) configuration[client.customFetch] = fetch;
  return configuration;
}

function loggedInAs(claims: Readonly<Record<string, unknown>>, idToken: string): LoggedIn {
  const named = userOfClaims(claims);
  if ("why" in named) throw new LoginRefusedError(named.why);
  const { sub, groups } = claims;
  return {
    user: named.user,
    subject: String(sub),
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : [],
    idToken,
  };
}

/** An answer that says no is one; all else is that it could not be asked. */
function failure(options: OpenIdLoginOptions, cause: unknown): Error {
  const { name, status, error } = (cause ?? {}) as { name?: unknown; status?: unknown; error?: unknown };
  const isAnswer = name === "ResponseBodyError" && Number(status) < 500;
  if (isAnswer && error === "invalid_client") {
    options.log.error(
      { issuer: options.issuer },
      "the identity provider does not know the gateway by its id and secret",
    );
    return unavailable(options, cause);
  }
  if (isAnswer) {
    return new LoginRefusedError("The identity provider does not take its code: it is too old, or has been used.", {
      cause,
    });
  }
  const { code } = (cause ?? {}) as { code?: unknown };
  if (typeof code === "string" && /^OAUTH_JWT_|^OAUTH_INVALID_RESPONSE/.test(code)) {
    options.log.error({ err: cause }, "an id token is not good");
    return new LoginRefusedError("The identity provider's word is not good: the server's log says why.", { cause });
  }
  return unavailable(options, cause);
}

function unavailable({ issuer, log }: OpenIdLoginOptions, cause: unknown): LoginUnavailableError {
  log.error({ issuer, err: cause }, "the identity provider cannot be asked");
  return new LoginUnavailableError(`The identity provider ${issuer} does not answer.`, { cause });
}
