import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** The folder of announcements cannot be trusted: others could have put something into it. */
export class UnsafeFolderError extends Error {
  override readonly name = "UnsafeFolderError";
}

/**
 * Where servers announce themselves.
 *
 * @param bases - `runtime`: the user's runtime directory (XDG_RUNTIME_DIR), where there is one. `state`: where the user's
 * programs keep their state (XDG_STATE_HOME, or ~/.local/state).
 */
export function announcementFolder(bases: { readonly runtime?: string | undefined; readonly state: string }): string {
  return join(bases.runtime || bases.state, "kfp-ts", "servers");
}

/**
 * Checks that only the user can write to a folder and look into it.
 *
 * @returns false where there is none.
 * @throws UnsafeFolderError that says what to do.
 */
export async function checkFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return false;
  if (!found.isDirectory()) throw new UnsafeFolderError(`${folder} is no directory; remove it`);
  // Windows has neither: there the folder lies in the user's own profile.
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user) {
    throw new UnsafeFolderError(`${folder} belongs to user ${found.uid}, not to ${user}; remove it`);
  }
  if (user !== undefined && (found.mode & 0o077) !== 0) {
    throw new UnsafeFolderError(`${folder} is open to other users; close it with: chmod 700 ${folder}`);
  }
  return true;
}
