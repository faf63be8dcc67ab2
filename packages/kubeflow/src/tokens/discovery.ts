import type { SigningKey } from "./signing-key.ts";

/** A public key as a JSON Web Key Set has it. */
export interface JsonWebKey {
  readonly use: "sig";
  readonly kty: "RSA";
  readonly kid: string;
  readonly alg: "RS256";
  readonly n: string;
  readonly e: string;
}

/** The keys that tokens are checked with, as Kubernetes serves them at `/openid/v1/jwks`. */
export function jsonWebKeySet(keys: readonly SigningKey[]): { readonly keys: readonly JsonWebKey[] } {
  return {
    keys: keys.map(({ id, publicKey }) => {
      const { n = "", e = "" } = publicKey.export({ format: "jwk" });
      return { use: "sig", kty: "RSA", kid: id, alg: "RS256", n, e };
    }),
  };
}

/** What Kubernetes serves at `/.well-known/openid-configuration`. @param jwksUri - Where the keys are served */
export function openIdConfiguration(issuer: string, jwksUri: string) {
  return {
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}
