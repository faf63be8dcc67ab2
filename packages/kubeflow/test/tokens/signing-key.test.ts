import { generateKeyPairSync } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import { expect, test } from "vitest";
import { generateSigningKey, keyIdOf, readSigningKey } from "../../src/tokens/signing-key.ts";

const pem = { type: "pkcs8", format: "pem" } as const;

test("a key's id depends on the key alone, and is not the thumbprint of its JSON form", async () => {
  const text = await generateSigningKey();
  const key = readSigningKey(text);
  expect(key.id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(readSigningKey(text).id).toBe(key.id);
  expect(keyIdOf(key.publicKey)).toBe(key.id);
  expect(key.id).not.toBe(await calculateJwkThumbprint(key.publicKey.export({ format: "jwk" }) as never));
});

test.each([
  ["garbage", "it holds no private key in PEM"],
  [generateKeyPairSync("ed25519").privateKey.export(pem).toString(), "it is a key of type ed25519"],
  [generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pem).toString(), "it has 1024 bits"],
])("what is no key to sign with is refused, and not repeated", (text, message) => {
  expect(() => readSigningKey(text)).toThrow(message);
  expect(() => readSigningKey(text)).not.toThrow(text.slice(30, 60) || "garbage ");
});
