import { realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";

/**
 * Whether what stands at a path is in a folder, wherever links lead: what tasks write may say any path, and the server
 * can read more than they.
 */
export async function isWithin(folder: string, path: string): Promise<boolean> {
  try {
    const way = relative(await realpath(folder), await realpath(path));
    return way !== "" && !way.startsWith("..") && !isAbsolute(way);
  } catch {
    return false;
  }
}
