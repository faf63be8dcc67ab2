import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isKfpError, type SessionKey } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
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

const FIRST_REST_MS = 5 * 60_000;
const LONGEST_REST_MS = 60 * 60_000;

/**
 * Logs in with a password of a configuration, unless the same was refused a short time ago: many commands, one after the
 * other or at once, would lock the account otherwise. It rests for five minutes, then for ten, up to an hour; another
 * password is tried at once.
 *
 * @param sessionsFile - The file of the sessions; what is kept of refusals lies beside it.
 * @throws CommandError where the password rests; whatever the login fails with
 */
export async function unlessRefused<T>(
  sessionsFile: string,
  key: SessionKey,
  { password, now }: { readonly password: () => Promise<string>; readonly now: number },
  logIn: () => Promise<T>,
): Promise<T> {
  const file = join(dirname(sessionsFile), "refused-passwords.json");
  const all = await read(file);
  const last = all.find(({ endpoint, user }) => endpoint === key.endpoint && user === key.user);
  const others = all.filter((one) => one !== last && one.until > now - LONGEST_REST_MS);
  const text = await password();
  const isSame = last !== undefined && (await hashOf(text, last.salt)) === last.hash;
  if (isSame && last.until > now) {
    const minutes = Math.ceil((last.until - now) / 60_000);
    throw new CommandError(
      `The password of ${key.user} was refused at ${key.endpoint} a short time ago, and nothing was sent: trying again and again could lock the account.`,
      `Correct the password where the context says it is; the new one is tried at once. This one rests for ${minutes} more ${minutes === 1 ? "minute" : "minutes"}. Or log in yourself: kfp-ts login ${key.endpoint}`,
    );
  }
  try {
    const result = await logIn();
    if (last !== undefined) await write(file, others);
    return result;
  } catch (error) {
    if (isKfpError(error) && error.code === "LOGIN_REFUSED") {
      const times = isSame ? last.times + 1 : 1;
      const salt = crypto.randomUUID();
      const until = now + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (times - 1));
      const refusal = { endpoint: key.endpoint, user: key.user, salt, hash: await hashOf(text, salt), until, times };
      await write(file, [...others, refusal]);
    }
    throw error;
  }
}

async function hashOf(password: string, salt: string): Promise<string> {
  const { scryptSync } = await import("node:crypto");
  return scryptSync(password, salt, 32).toString("base64url");
}

/** What cannot be read holds nobody up: it is only about passwords that are wrong. */
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

/** Where nothing can be written, there is nothing to hold up the next command with. */
async function write(file: string, refusals: readonly Refusal[]): Promise<void> {
  const text = `${JSON.stringify({ version: 1, refusals })}\n`;
  await replacePrivateFile(file, text).catch(() => undefined);
}
