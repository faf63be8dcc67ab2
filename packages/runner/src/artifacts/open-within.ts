import { constants } from "node:fs";
import { type FileHandle, open, readdir, readlink, realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";

/**
 * Opens what stands at a path to be read, and looks where it is once it is open: what a task has written may be a link, be
 * below one, and become one at any moment. A pipe does not keep anybody waiting.
 *
 * @param folder - Where it has to be, wherever links lead; undefined for anywhere.
 * @param links - Whether the last part of the path may be a link itself. @default true
 * @returns undefined where there is nothing.
 * @throws RunnerError (OUTPUT_INVALID) for what is elsewhere; what the system says where it cannot be opened.
 */
export async function openWithin(
  path: string,
  folder: string | undefined,
  { links = true }: { readonly links?: boolean } = {},
): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (links ? 0 : constants.O_NOFOLLOW);
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
  try {
    if (folder === undefined || isWithin(await realpath(folder), await placeOf(handle, path))) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new RunnerError("OUTPUT_INVALID", `${path} is not in ${folder}, and is not read`);
}

/** The names in an open folder, sorted. Only Linux can say what is in the one that is open. */
export async function namesIn({ fd }: FileHandle, path: string): Promise<readonly string[]> {
  return (await readdir(`/proc/self/fd/${fd}`).catch(() => readdir(path))).sort();
}

/** Where an open file is. Only Linux can say that of the file itself. */
export async function placeOf({ fd }: FileHandle, path: string): Promise<string> {
  return await readlink(`/proc/self/fd/${fd}`).catch(() => realpath(path));
}

/** Whether a path is a folder or in it. Both are without links. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith("../") && !isAbsolute(way));
}
