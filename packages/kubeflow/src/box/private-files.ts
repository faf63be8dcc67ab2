import type { Stats } from "node:fs";
import { lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { KubeflowError } from "./kubeflow-error.ts";

/**
 * Checks that nobody but the user can look into a folder and the files in it, at any depth.
 *
 * @throws KubeflowError that names the first which is open, and the command that closes it
 */
export async function checkPrivate(path: string): Promise<void> {
  const found = await unlessMissing(lstat(path));
  if (found === undefined) return;
  checkOne(path, found);
  if (!found.isDirectory()) return;
  for (const name of (await unlessMissing(readdir(path))) ?? []) await checkPrivate(join(path, name));
}

function checkOne(path: string, found: Stats): void {
  if (!found.isDirectory() && !found.isFile()) {
    throw new KubeflowError("ERR_DATA", `${path} is neither a file nor a directory.`, { fix: `Remove it: rm ${path}` });
  }
  // Windows has neither users nor modes: there the folder lies in the user's own profile.
  const user = process.getuid?.();
  if (user === undefined) return;
  if (found.uid !== user) {
    throw new KubeflowError("ERR_DATA", `${path} belongs to user ${found.uid}, and this is user ${user}.`, {
      fix: "Give --data another directory, or run this as that user.",
    });
  }
  if ((found.mode & 0o077) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
  throw new KubeflowError(
    "ERR_DATA",
    `${path} is open to other users (${mode}), and keys and tokens are to be their owner's alone.`,
    { fix: `Close it: chmod ${found.isDirectory() ? 700 : 600} ${path}` },
  );
}

/** Makes a folder that nobody else can look into, with those above it; one that is there stays as it is. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** The outcome, or nothing where the file is not (or no longer) there. */
export async function unlessMissing<T>(outcome: Promise<T>): Promise<T | undefined> {
  try {
    return await outcome;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
