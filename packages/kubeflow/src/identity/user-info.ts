import type { Clock } from "@kfp-ts/server/ports";
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { jsonWebKeySet } from "../tokens/discovery.ts";
import type { SigningKey } from "../tokens/signing-key.ts";
import { claimsOf, claimsWithin } from "./claims.ts";
import { type Account, ConnectorUnavailableError } from "./password-connector.ts";

/** What `userinfo` needs. */
export interface UserInfoOptions {
  readonly issuer: string;
  readonly clientIds: readonly string[];
  readonly keys: () => readonly SigningKey[];
  readonly find: (sub: string) => Promise<Account | undefined>;
  readonly clock: Clock;
}

/** An answer for a program. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Says who the owner of an access token is by now. oidc-provider answers this for tokens that it keeps; ours are signed and
 * kept nowhere, so that they outlive a restart and a gateway can check them by itself.
 *
 * @param authorization - The header of that name.
 */
export async function userInfo(authorization: string | undefined, options: UserInfoOptions): Promise<JsonAnswer> {
  const token = /^bearer ([^\s]{1,16384})$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return challenge(options.issuer);
  const payload = await verified(token, options);
  if (payload?.sub === undefined) return challenge(options.issuer, "invalid_token");
  try {
    const account = await options.find(payload.sub);
    if (account === undefined) return challenge(options.issuer, "invalid_token");
    const scopes = typeof payload.scope === "string" ? payload.scope.split(" ") : [];
    return { status: 200, headers: {}, body: claimsWithin(scopes, claimsOf(payload.sub, account)) };
  } catch (error) {
    if (!(error instanceof ConnectorUnavailableError)) throw error;
    return { status: 503, headers: { "retry-after": "5" }, body: { error: "temporarily_unavailable" } };
  }
}

async function verified(token: string, { issuer, clientIds, keys, clock }: UserInfoOptions) {
  try {
    const { payload } = await jwtVerify<JWTPayload>(
      token,
      createLocalJWKSet({ keys: [...jsonWebKeySet(keys()).keys] }),
      {
        issuer,
        audience: [...clientIds],
        algorithms: ["RS256"],
        // An id token says who somebody is to its client; it is no key to anything.
        typ: "at+jwt",
        currentDate: new Date(clock.now()),
      },
    );
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function challenge(issuer: string, error?: string): JsonAnswer {
  const fault = error === undefined ? "" : `, error="${error}"`;
  return {
    status: 401,
    headers: { "www-authenticate": `Bearer realm="${issuer}"${fault}` },
    body: error === undefined ? {} : { error },
  };
}
