import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Log } from "@kfp-ts/server/ports";
import type { Configuration, Account as OidcAccount, Provider } from "oidc-provider";
import type { SigningKey } from "../tokens/signing-key.ts";
import { type AuthorizationRequest, SCOPES } from "./authorization-request.ts";
import { CLAIMS_BY_SCOPE, claimsOf, claimsWithin } from "./claims.ts";
import { Expiring } from "./expiring.ts";
import type { GrantFiles } from "./grant-files.ts";
import type { IdentityClient } from "./identity-provider.ts";
import type { OidcProviderModule } from "./load-oidc-provider.ts";
import type { Account } from "./password-connector.ts";
import { tokenStorage } from "./token-storage.ts";

/** What codes and tokens are made of. */
export interface OpenIdTokensOptions {
  readonly issuer: string;
  readonly clients: readonly IdentityClient[];
  /** All that are accepted; the first one signs. */
  readonly keys: () => readonly SigningKey[];
  readonly files: GrantFiles;
  /** Who a `sub` is now; undefined where they are gone. */
  readonly find: (sub: string) => Promise<Account | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who has logged in, and for which request. */
export interface FinishedLogin {
  readonly request: AuthorizationRequest;
  readonly sub: string;
  readonly account: Account;
  /** In milliseconds. */
  readonly authenticatedAt: number;
}

/** In seconds. Tokens live a day, as Dex's do; a refresh token three months after its last use, and a year in all. */
const CODE_LIFETIME = 60;
const TOKEN_LIFETIME = 24 * 60 * 60;
const REFRESH_LIFETIME = 90 * 24 * 60 * 60;
const GRANT_LIFETIME = 365 * 24 * 60 * 60;

const CORS_HEADERS = [
  "Access-Control-Allow-Origin",
  "Access-Control-Allow-Methods",
  "Access-Control-Allow-Headers",
  "Access-Control-Expose-Headers",
  "Access-Control-Max-Age",
];

/**
 * Codes and tokens of OpenID Connect, made by oidc-provider: it keeps codes and refresh tokens, checks clients, verifiers
 * and second uses, signs, and tells what there is in its discovery document. How people log in is none of its business:
 * its own pages need a cookie, and a Dex's do not.
 */
export class OpenIdTokens {
  readonly #options: OpenIdTokensOptions;
  readonly #module: OidcProviderModule;
  readonly #accounts: Expiring<Account>;
  readonly #storage: ReturnType<typeof tokenStorage>;
  #signedWith: readonly SigningKey[] = [];
  #made: Provider | undefined;

  constructor(module: OidcProviderModule, options: OpenIdTokensOptions) {
    this.#module = module;
    this.#options = options;
    this.#accounts = new Expiring(options.clock, 10_000);
    const secondUse = () => new module.errors.InvalidGrant("it has been used already");
    const make = tokenStorage(options.files, options.clock, secondUse);
    const made = new Map<string, ReturnType<typeof make>>();
    // With new keys comes a new provider, and what was stored has to be there still.
    this.#storage = (kind) => {
      const storage = made.get(kind) ?? make(kind);
      made.set(kind, storage);
      return storage;
    };
  }

  /** Makes a code for somebody who has logged in. It is good for a minute, once, with the verifier of its challenge. */
  async issueCode({ request, sub, account, authenticatedAt }: FinishedLogin): Promise<string> {
    const provider = this.#provider();
    const client = await provider.Client.find(request.client.id);
    if (client === undefined) throw new Error(`client ${request.client.id} is not known to the maker of tokens`);
    const scope = request.scopes.join(" ");
    const grant = new provider.Grant({ accountId: sub, clientId: request.client.id });
    grant.addOIDCScope(scope);
    grant.addResourceScope(this.#options.issuer, scope);
    const grantId = await grant.save();
    const code = new provider.AuthorizationCode({
      accountId: sub,
      client,
      grantId,
      scope,
      gty: "authorization_code",
      resource: this.#options.issuer,
      redirectUri: request.redirectUri,
      authTime: Math.floor(authenticatedAt / 1000),
      ...(request.nonce !== undefined && { nonce: request.nonce }),
      ...(request.codeChallenge !== undefined && {
        codeChallenge: request.codeChallenge,
        codeChallengeMethod: "S256",
      }),
    });
    const value = await code.save();
    this.#accounts.set(value, account, 2 * CODE_LIFETIME * 1000);
    return value;
  }

  /** Answers what is oidc-provider's: tokens, their revocation, keys, discovery. @param path - Below the issuer's. */
  async handle(path: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // Said in the way of all who mount one server in another: the addresses in an answer begin as this one did.
    Object.assign(incoming, { originalUrl: incoming.url, url: path });
    await this.#provider().callback()(incoming, outgoing);
  }

  /** The provider with the keys that there are now. */
  #provider(): Provider {
    const keys = this.#options.keys();
    if (this.#made === undefined || keys !== this.#signedWith) {
      this.#made = this.#make(keys);
      this.#signedWith = keys;
    }
    return this.#made;
  }

  #make(keys: readonly SigningKey[]): Provider {
    const { issuer, log } = this.#options;
    const provider = new this.#module.Provider(issuer, this.#configuration(keys));
    const { protocol, host } = new URL(issuer);
    // The addresses in its answers are the issuer's, whatever a Host header says.
    Object.defineProperties(provider.request, {
      protocol: { value: protocol.slice(0, -1) },
      host: { value: host },
    });
    provider.use(async (ctx, next) => {
      await next();
      // No page in a browser has business with tokens.
      for (const name of CORS_HEADERS) ctx.remove(name);
      // The document names ways to answer that only the library's own pages have.
      if (ctx.path.startsWith("/.well-known/")) Object.assign(ctx.body ?? {}, { response_modes_supported: ["query"] });
    });
    const failed = (err: Error) => log.error({ err }, "a request for tokens failed");
    provider.on("server_error", (_ctx, error) => failed(error));
    // Koa says so of what fails outside of the library's own handling; its types do not know of it.
    (provider as EventEmitter).on("error", failed);
    return provider;
  }

  #configuration(keys: readonly SigningKey[]): Configuration {
    const { issuer, clients } = this.#options;
    return {
      adapter: this.#storage,
      clients: clients.map(({ id, name, secret }) => ({
        client_id: id,
        client_name: name,
        ...(secret !== undefined && { client_secret: secret }),
        token_endpoint_auth_method: secret === undefined ? "none" : "client_secret_basic",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        // Where a client may be called back is looked at before a code is made for it; a code names its address.
        redirect_uris: [`${issuer}/callback`],
      })),
      jwks: { keys: keys.map(({ id, privateKey }) => ({ ...jwkOf(privateKey), kid: id, alg: "RS256", use: "sig" })) },
      routes: { authorization: "/auth", token: "/token", jwks: "/keys", revocation: "/revoke" },
      scopes: [...SCOPES],
      claims: Object.fromEntries(Object.entries(CLAIMS_BY_SCOPE).map(([scope, names]) => [scope, [...names]])),
      responseTypes: ["code"],
      subjectTypes: ["public"],
      clientAuthMethods: ["client_secret_basic", "client_secret_post", "none"],
      enabledJWA: { idTokenSigningAlgValues: ["RS256"] },
      conformIdTokenClaims: false,
      rotateRefreshToken: true,
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: { enabled: false },
        userinfo: { enabled: false },
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => issuer,
          useGrantedResource: () => true,
          // An access token is a signed one for its client, as Dex's is, so that a gateway can check it by itself.
          getResourceServerInfo: (_ctx, _resource, { clientId }) => ({
            scope: SCOPES.join(" "),
            audience: clientId,
            accessTokenTTL: TOKEN_LIFETIME,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
      ttl: {
        AuthorizationCode: CODE_LIFETIME,
        AccessToken: TOKEN_LIFETIME,
        IdToken: TOKEN_LIFETIME,
        RefreshToken: REFRESH_LIFETIME,
        // Without a refresh token a grant ends with its code.
        Grant: (_ctx, grant) =>
          grant.getOIDCScope().split(" ").includes("offline_access") ? GRANT_LIFETIME : 2 * CODE_LIFETIME,
      },
      discovery: { userinfo_endpoint: `${issuer}/userinfo` },
      findAccount: (_ctx, sub, token) => this.#accountOf(sub, token),
      extraTokenClaims: async (ctx, { scope }) => {
        const claims = await ctx.oidc.account?.claims("userinfo", "", {}, []);
        return claims && claimsWithin((scope ?? "").split(" "), claims);
      },
      renderError: (ctx, out) => {
        ctx.type = "application/json";
        ctx.body = JSON.stringify(out);
      },
    };
  }

  /** For a code it is who has just logged in; later it is looked at who they are by then. */
  async #accountOf(sub: string, token: { readonly jti?: string } | undefined): Promise<OidcAccount | undefined> {
    const account = (token?.jti === undefined ? undefined : this.#accounts.get(token.jti)) ?? (await this.#find(sub));
    if (account === undefined) return undefined;
    return { accountId: sub, claims: () => claimsOf(sub, account) };
  }

  async #find(sub: string): Promise<Account | undefined> {
    try {
      return await this.#options.find(sub);
    } catch (cause) {
      this.#options.log.warn({ err: cause }, "who asks for a new token could not be looked up");
      throw Object.assign(new this.#module.errors.OIDCProviderError(503, "temporarily_unavailable"), {
        expose: true,
        error_description: "it cannot be looked up now whether this user is still there; try again later",
      });
    }
  }
}

function jwkOf(key: SigningKey["privateKey"]) {
  return key.export({ format: "jwk" }) as Record<string, string>;
}
