import { lstat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../environment.ts";
import { KfpError } from "../errors/kfp-error.ts";

/**
 * Where the servers of this user announce themselves, by the XDG base directories: in the runtime directory
 * (XDG_RUNTIME_DIR) where there is one, else where programs keep their state (XDG_STATE_HOME, or ~/.local/state).
 */
export function announcementFolder({ XDG_RUNTIME_DIR, XDG_STATE_HOME, HOME }: Environment): string {
  const given = [XDG_RUNTIME_DIR, XDG_STATE_HOME].find((base) => base && isAbsolute(base));
  return join(given ?? join(HOME || homedir(), ".local", "state"), "kfp-ts", "servers");
}

/**
 * Checks that only the user can write to a folder and look into it.
 *
 * @returns false where there is none.
 * @throws KfpError FILE_UNREADABLE that says what to do, where others could have put something into it.
 */
export async function checkFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return false;
  if (!found.isDirectory()) throw unsafe(`${folder} is no directory.`, "Remove it.");
  // Windows has neither: there the folder lies in the user's own profile.
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user) {
    throw unsafe(`${folder} belongs to user ${found.uid}, not to ${user}.`, "Remove it.");
  }
  if (user !== undefined && (found.mode & 0o077) !== 0) {
    throw unsafe(`${folder} is open to other users.`, `Close it: chmod 700 ${folder}`);
  }
  return true;
}

function unsafe(message: string, fix: string): KfpError {
  return new KfpError("FILE_UNREADABLE", { message, fix });
}
