import { createHash, timingSafeEqual } from "node:crypto";
import type { Claims } from "../ports/authenticator.ts";
import { ReviewUnavailableError } from "../ports/review-unavailable.ts";
import { type SecretFile, SecretFileError } from "./secret-file.ts";
import { quoted } from "./token-diagnosis.ts";

/** What makes an identity header trustworthy: one of these, chosen by whoever runs the server. */
export type HeaderTrust =
  /** Nothing: the header has no effect. */
  | { readonly by: "nothing" }
  /** It came over the server's unix socket, which only its own user can open. */
  | { readonly by: "unix socket" }
  /** It came with a client certificate of the configured authority that has one of these names. */
  | { readonly by: "mutual TLS"; readonly names: readonly string[] }
  /** It came with a second header that holds the secret of a file. */
  | { readonly by: "secret header"; readonly header?: string | undefined; readonly secret: SecretFile }
  /** It came from this machine. Every program of every user on it can then be anybody: for tests. */
  | { readonly by: "any local client" };

/** The header with the secret, where no other is named. */
export const secretHeader = "x-kfp-ts-identity-secret";

/** Says why an identity header of these claims is not to be trusted; undefined where it is. */
export type DoubtHeader = (claims: Claims) => Promise<string | undefined>;

const HOW =
  "Whoever runs the server says what is trusted: --identity-from unix:PATH, mtls:CA.pem+NAME,NAME or secret-file:FILE.";

/**
 * Makes the one check that decides whether an identity header counts. The address of the other end is no proof: behind
 * a port-forward, a proxy or a browser everybody comes from loopback.
 */
export function headerTrust(trust: HeaderTrust): DoubtHeader {
  switch (trust.by) {
    case "nothing":
      return async () => `nothing says that it may be trusted. ${HOW}`;
    case "unix socket":
      return async ({ arrival }) =>
        arrival.by === "unix socket" ? undefined : "it is trusted on the server's unix socket only.";
    case "mutual TLS": {
      const trusted = new Set(trust.names);
      return async ({ arrival }) => {
        if (arrival.by !== "mutual TLS") return "it is trusted with a client certificate only.";
        return arrival.names.some((name) => trusted.has(name))
          ? undefined
          : `the client certificate has none of the names that are trusted; it is for ${arrival.names.map(quoted).join(", ")}.`;
      };
    }
    case "secret header":
      return doubtSecret(trust.secret, (trust.header ?? secretHeader).toLowerCase());
    case "any local client":
      return async ({ arrival }) =>
        arrival.by === "unix socket" || (arrival.by === "tcp" && arrival.fromLoopback)
          ? undefined
          : "it is trusted from this machine only.";
  }
}

function doubtSecret(secret: SecretFile, name: string): DoubtHeader {
  return async (claims) => {
    const given = claims.header(name);
    const [first] = given;
    if (first === undefined) return `it is trusted with the secret in '${name}' only.`;
    if (given.length > 1) return `there is more than one '${name}' header.`;
    return sameText(first.trim(), await secretIn(secret)) ? undefined : `the secret in '${name}' is not the right one.`;
  };
}

async function secretIn(secret: SecretFile): Promise<string> {
  try {
    return await secret.read();
  } catch (cause) {
    if (!(cause instanceof SecretFileError)) throw cause;
    const message = "The secret that identity headers are trusted by cannot be read.";
    throw new ReviewUnavailableError(message, { retryAfterSeconds: 10, cause });
  }
}

/**
 * In a time that tells neither where two texts differ nor how long the secret one is.
 *
 * @param given - As Node gives a header: each byte a character.
 */
function sameText(given: string, secret: string): boolean {
  return timingSafeEqual(digestOf(Buffer.from(given, "latin1")), digestOf(Buffer.from(secret, "utf8")));
}

function digestOf(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
