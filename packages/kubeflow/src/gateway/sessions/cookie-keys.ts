import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@kfp-ts/server/ports";
import { KubeflowError } from "../../box/kubeflow-error.ts";
import { replaceFile } from "../../whole-file.ts";
import { DELETE_IT, readOwnFile } from "./read-own-file.ts";

interface CookieKey {
  readonly id: string;
  readonly secret: Buffer;
  readonly createdAt: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** What is signed on the last day of a key lives another day. */
const LIFETIME_MS = 3 * DAY_MS;

/** Something that was signed here, and the key that did. */
export interface Signed {
  readonly text: string;
  readonly keyId: string;
}

/**
 * The keys that cookies are signed with, in a file that is the user's alone. Each day has a new one; older ones are accepted as
 * long as something that they have signed is. To end everything that is signed, delete the file and start anew.
 */
export class CookieKeys {
  readonly #path: string;
  readonly #clock: Clock;
  #keys: readonly CookieKey[];

  private constructor(path: string, clock: Clock, keys: readonly CookieKey[]) {
    this.#path = path;
    this.#clock = clock;
    this.#keys = keys;
  }

  /** @throws KubeflowError where the file is damaged; what the system says where it cannot be written */
  static async open(path: string, clock: Clock): Promise<CookieKeys> {
    const text = await readOwnFile(path);
    const opened = new CookieKeys(path, clock, text === undefined ? [] : readKeys(path, text));
    // A key that cannot be renewed now, for example because the disk is full, is better than none.
    await opened.rotate().catch((error: unknown) => {
      if (opened.#keys.length === 0) throw error;
    });
    return opened;
  }

  /** Makes a new key where the newest is a day old, and forgets those that nothing needs any more. */
  async rotate(): Promise<void> {
    const now = this.#clock.now();
    const living = this.#keys.filter(({ createdAt }) => now - createdAt < LIFETIME_MS);
    const [newest] = living;
    // A clock that was set back may have made one in the future: it is as good as any.
    const isDue = newest === undefined || now - newest.createdAt >= DAY_MS;
    if (!isDue && living.length === this.#keys.length) return;
    const key = { id: randomBytes(6).toString("base64url"), secret: randomBytes(32), createdAt: now };
    const keys = isDue ? [key, ...living] : living;
    const file = keys.map(({ id, secret, createdAt }) => ({ id, secret: secret.toString("base64url"), createdAt }));
    await replaceFile(this.#path, `${JSON.stringify({ keys: file }, null, 2)}\n`);
    this.#keys = keys;
  }

  /** Signs a text of base64url characters. @param purpose - What it is good for, and nothing else. */
  sign(purpose: string, text: string): Signed & { readonly signed: string } {
    const [key] = this.#keys;
    if (key === undefined) throw new Error("there is no key to sign with");
    return { text, keyId: key.id, signed: `${key.id}.${text}.${macOf(key, purpose, text).toString("base64url")}` };
  }

  /** What a signed text says; undefined where it was not signed here, for this purpose, with a key that still counts. */
  verify(purpose: string, signed: string): Signed | undefined {
    const [keyId = "", text = "", mac = "", ...more] = signed.split(".");
    const key = this.#keys.find(({ id }) => id === keyId);
    if (key === undefined || more.length > 0 || mac.length !== 43) return undefined;
    const given = Buffer.from(mac, "base64url");
    const expected = macOf(key, purpose, text);
    return given.length === expected.length && timingSafeEqual(given, expected) ? { text, keyId } : undefined;
  }

  /** A secret that can be made again from the same text, while the key lives. 43 characters. */
  derive(keyId: string, purpose: string, text: string): string {
    const key = this.#keys.find(({ id }) => id === keyId);
    if (key === undefined) throw new Error("the key is gone");
    return macOf(key, purpose, text).toString("base64url");
  }
}

function macOf({ secret }: CookieKey, purpose: string, text: string): Buffer {
  return createHmac("sha256", secret).update(`${purpose}\0${text}`).digest();
}

function readKeys(path: string, text: string): readonly CookieKey[] {
  try {
    const { keys } = JSON.parse(text) as { readonly keys: readonly Record<string, unknown>[] };
    return keys.map(({ id, secret, createdAt }) => {
      const bytes = Buffer.from(String(secret), "base64url");
      if (typeof id !== "string" || bytes.length !== 32 || typeof createdAt !== "number") throw new TypeError("no key");
      return { id, secret: bytes, createdAt };
    });
  } catch (cause) {
    throw new KubeflowError("ERR_DATA", `${path} is damaged.`, { fix: DELETE_IT, cause });
  }
}
