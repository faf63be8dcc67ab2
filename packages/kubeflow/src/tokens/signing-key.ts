import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

/** A key that service account tokens are signed and checked with: RSA, for RS256. */
export interface SigningKey {
  /** What the `kid` of a token says: SHA-256 of the public key in DER, as Kubernetes derives it. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** Makes a new key. @returns it as PEM (PKCS #8), without a passphrase. */
export async function generateSigningKey(): Promise<string> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * Reads a key.
 *
 * @param pem - An RSA private key of at least 2048 bits.
 * @throws Error that says what it is instead, never what is in it.
 */
export function readSigningKey(pem: string): SigningKey {
  const privateKey = privateKeyIn(pem);
  const type = privateKey.asymmetricKeyType;
  if (type !== "rsa") throw new Error(`it is a key of type ${type}, and tokens are signed with RSA`);
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 2048) throw new Error(`it has ${bits} bits, and RS256 takes at least 2048`);
  const publicKey = createPublicKey(privateKey);
  return { id: keyIdOf(publicKey), privateKey, publicKey };
}

/** The `kid` of a key, as Kubernetes derives it: base64url of SHA-256 of its SubjectPublicKeyInfo in DER. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64url");
}

function privateKeyIn(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of it does not help, and nothing of a key belongs into a message.
    throw new Error("it holds no private key in PEM");
  }
}
