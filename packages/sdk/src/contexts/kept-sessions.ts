import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Environment } from "../environment.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { KfpError } from "../errors/kfp-error.ts";
import type {
  PasswordRefusals,
  SessionKey,
  SessionStore,
  StoredCookie,
  StoredSession,
} from "../sessions/session-store.ts";
import { whileLocked } from "./file-lock.ts";
import { fileReason } from "./file-reason.ts";
import { placesOf } from "./places.ts";
import { replacePrivateFile } from "./private-file.ts";
import { refusedPasswordsIn } from "./refused-passwords.ts";

/** A session that is kept. A secret. */
export interface KeptSession extends SessionKey {
  readonly session: StoredSession;
}

/** The sessions of this user's logins, in a file. */
export interface KeptSessions extends Required<SessionStore> {
  readonly file: string;
  readonly refusals: PasswordRefusals;
  /** All of them, or those at an endpoint; the one that was saved last comes first. */
  list(endpoint?: string): Promise<readonly KeptSession[]>;
}

/** How long the logins of other programs may take, in milliseconds. */
const LOGINS_MS = 120_000;

/**
 * The sessions of this user. The file is closed to others (0600), written whole, and of programs that change it at the
 * same time none undoes what another has done.
 *
 * @returns undefined where this user has no home directory.
 * @throws KfpError FILE_UNREADABLE and FILE_UNWRITABLE from its methods, where the file is open to others or cannot be used.
 */
export function keptSessions(env: Environment): KeptSessions | undefined {
  const file = placesOf(env)?.sessions;
  return file === undefined ? undefined : sessionsIn(file);
}

/** The sessions in a file, as {@link keptSessions} has them. */
export function sessionsIn(file: string): KeptSessions {
  const change = (key: SessionKey, session: StoredSession | undefined): Promise<void> =>
    explained(file, "FILE_UNWRITABLE", async () => {
      const folder = dirname(file);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await whileLocked(join(folder, ".sessions.lock"), async () => {
        const before = await read(file);
        const others = before.filter((one) => !isSame(one, key));
        if (session === undefined && others.length === before.length) return;
        await write(file, session === undefined ? others : [...others, { ...keyOf(key), session }]);
      });
    });
  const all = (): Promise<readonly KeptSession[]> => explained(file, "FILE_UNREADABLE", () => read(file));
  return {
    file,
    load: async (key) => (await all()).find((one) => isSame(one, key))?.session,
    save: (key, session) => change(key, session),
    delete: (key) => change(key, undefined),
    async list(endpoint) {
      const those = (await all()).filter((one) => endpoint === undefined || one.endpoint === endpoint);
      return those.sort((one, other) => other.session.savedAt - one.session.savedAt);
    },
    refusals: refusedPasswordsIn(join(dirname(file), "refused-passwords.json")),
    whileLoggingIn: (work, signal) =>
      explained(file, "FILE_UNWRITABLE", async () => {
        const folder = dirname(file);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return whileLocked(join(folder, ".login.lock"), work, { patienceMs: LOGINS_MS, signal });
      }),
  };
}

function isSame(one: SessionKey, other: SessionKey): boolean {
  return one.endpoint === other.endpoint && one.user === other.user;
}

function keyOf({ endpoint, user }: SessionKey): SessionKey {
  return { endpoint, user };
}

/** More than thousands of sessions. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A file that holds something else is taken for an empty one: what is in it can be had again by a login. */
async function read(file: string): Promise<KeptSession[]> {
  const found = await stat(file).catch(noneThere);
  // A pipe that nobody writes to would never be read.
  if (found === undefined || found.size > MAX_BYTES || !(found.isFile() || found.isDirectory())) return [];
  const text = await readFile(file, "utf8").catch(noneThere);
  if (text === undefined) return [];
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    throw new KfpError("FILE_UNREADABLE", {
      message: `${file} holds sessions, and others on this machine can use it.`,
      fix: `Close it: chmod 600 ${file}. Where others may have read it, delete it and log in again.`,
    });
  }
  try {
    const { sessions } = JSON.parse(text) as { readonly sessions?: unknown };
    return Array.isArray(sessions) ? sessions.filter(isKept) : [];
  } catch {
    return [];
  }
}

function noneThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

function isKept(value: unknown): value is KeptSession {
  const { endpoint, user, session } = (value ?? {}) as Partial<Record<keyof KeptSession, unknown>>;
  const { kind, cookies, savedAt } = (session ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole = (kind === "cookies" && Array.isArray(cookies) && cookies.every(isCookie)) || kind === "tokens";
  return typeof endpoint === "string" && typeof user === "string" && typeof savedAt === "number" && isWhole;
}

function isCookie(value: unknown): boolean {
  const { name, value: text, domain, path } = (value ?? {}) as Partial<Record<keyof StoredCookie, unknown>>;
  return [name, text, domain, path].every((part) => typeof part === "string");
}

function write(file: string, sessions: readonly KeptSession[]): Promise<void> {
  return replacePrivateFile(file, `${JSON.stringify({ version: 1, sessions })}\n`);
}

async function explained<T>(file: string, code: ErrorCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new KfpError(code, {
      message: `${file} cannot be ${code === "FILE_UNREADABLE" ? "read" : "written"}: ${fileReason(error)}.`,
      fix: "Correct the permissions there, or set XDG_STATE_HOME.",
      cause: error,
    });
  }
}
