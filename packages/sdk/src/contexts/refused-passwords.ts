import { readFile } from "node:fs/promises";
import { KfpError } from "../errors/kfp-error.ts";
import { LONGEST_REFUSED_REST_MS, refusedRestMs } from "../sessions/login-pause.ts";
import type { PasswordRefusals, SessionKey } from "../sessions/session-store.ts";
import { replacePrivateFile } from "./private-file.ts";

/** A password that was refused. What is kept of it only tells whether the next one is another. */
interface Refusal extends SessionKey {
  readonly salt: string;
  readonly hash: string;
  /** Until when it rests, in milliseconds since 1970. */
  readonly until: number;
  /** How often it was refused. */
  readonly times: number;
}

/**
 * The passwords that were refused a short time ago, in a file: many programs, one after the other or at once, would lock an
 * account otherwise. One rests as long as it does within a program; another one is tried at once. What cannot be read or
 * written holds nobody up.
 */
export function refusedPasswordsIn(file: string): PasswordRefusals {
  return {
    async check(key, password, now) {
      const last = (await read(file)).find((one) => isOf(one, key));
      if (last === undefined || last.until <= now || (await hashOf(password, last.salt)) !== last.hash) return;
      const minutes = Math.ceil((last.until - now) / 60_000);
      throw new KfpError("LOGIN_PAUSED", {
        message:
          `login: the password of ${key.user} was refused at ${key.endpoint} a short time ago, and it was not sent again: ` +
          `trying again and again could lock the account. It rests for ${minutes} more ${minutes === 1 ? "minute" : "minutes"}.`,
      });
    },
    async refused(key, password, now) {
      const all = await read(file);
      const last = all.find((one) => isOf(one, key));
      const others = all.filter((one) => one !== last && one.until > now - LONGEST_REFUSED_REST_MS);
      const isSame = last !== undefined && (await hashOf(password, last.salt)) === last.hash;
      const times = isSame ? last.times + 1 : 1;
      const salt = crypto.randomUUID();
      const { endpoint, user } = key;
      const until = now + refusedRestMs(times);
      await write(file, [...others, { endpoint, user, salt, hash: await hashOf(password, salt), until, times }]);
    },
    async accepted(key) {
      const all = await read(file);
      const others = all.filter((one) => !isOf(one, key));
      if (others.length < all.length) await write(file, others);
    },
  };
}

function isOf(one: SessionKey, { endpoint, user }: SessionKey): boolean {
  return one.endpoint === endpoint && one.user === user;
}

async function hashOf(password: string, salt: string): Promise<string> {
  const { scryptSync } = await import("node:crypto");
  return scryptSync(password, salt, 32).toString("base64url");
}

async function read(file: string): Promise<readonly Refusal[]> {
  try {
    const { refusals } = JSON.parse(await readFile(file, "utf8")) as { readonly refusals?: unknown };
    return Array.isArray(refusals) ? refusals.filter(isRefusal) : [];
  } catch {
    return [];
  }
}

function isRefusal(value: unknown): value is Refusal {
  const { endpoint, user, salt, hash, until, times } = (value ?? {}) as Partial<Record<keyof Refusal, unknown>>;
  const texts = [endpoint, user, salt, hash].every((part) => typeof part === "string");
  return texts && typeof until === "number" && typeof times === "number";
}

async function write(file: string, refusals: readonly Refusal[]): Promise<void> {
  const text = `${JSON.stringify({ version: 1, refusals })}\n`;
  await replacePrivateFile(file, text).catch(() => undefined);
}
