import { sign } from "node:crypto";
import type { ServiceAccount } from "../../src/tokens/service-accounts.ts";
import { generateSigningKey, readSigningKey, type SigningKey } from "../../src/tokens/signing-key.ts";
import { TokenIssuer } from "../../src/tokens/token-issuer.ts";

export const ISSUER = "https://kubernetes.default.svc";
export const PIPELINES = "pipelines.kubeflow.org";
/** Some keys for all tests of a file, since making one takes a moment. */
export const keys: readonly SigningKey[] = await Promise.all(
  [1, 2, 3].map(async () => readSigningKey(await generateSigningKey())),
);
export const [firstKey, secondKey, strangersKey] = keys as [SigningKey, SigningKey, SigningKey];

/** An issuer with team-a/default-editor, and all that a test may change about it. */
export function issuerOfTests({ rememberedTokens }: { rememberedTokens?: number } = {}) {
  const world = {
    now: Date.parse("2026-01-31T12:00:00Z"),
    keys: [firstKey],
    accounts: new Map<string, ServiceAccount>(),
    add(namespace: string, name: string, uid: string) {
      world.accounts.set(`${namespace}/${name}`, { namespace, name, uid });
    },
  };
  world.add("team-a", "default-editor", "uid-1");
  const issuer = new TokenIssuer({
    issuer: ISSUER,
    keys: () => world.keys,
    clock: { now: () => world.now },
    rememberedTokens,
    serviceAccounts: {
      find: (namespace, name) => world.accounts.get(`${namespace}/${name}`),
      hasNamespace: (namespace) => [...world.accounts.values()].some((one) => one.namespace === namespace),
    },
  });
  return { issuer, world };
}

/** Reads a part of a token. */
export function partOf(token: string, index: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
}

/** Makes a token of any header and payload. */
export function forged(header: unknown, payload: unknown, key: SigningKey): string {
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key.privateKey).toString("base64url")}`;
}
