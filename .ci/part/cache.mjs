import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where parts keep what is slow to get. Outside of the checkout, so that a fresh clone finds it again. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kfp-ts-ci");

/**
 * A folder that is made once for its content. A folder that was left half made is made again.
 * @param {string} name what it holds, to be read by people
 * @param {readonly string[]} content everything that decides what is in it: versions, lists of requirements
 * @param {(folder: string) => Promise<void>} make fills the folder; it is already where it will stay
 * @returns {Promise<string>} its path
 */
export async function cachedFolder(name, content, make) {
  const key = createHash("sha256").update(content.join("\0")).digest("hex").slice(0, 16);
  const folder = join(cache, `${name}-${key}`);
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await make(folder);
  writeFileSync(complete, "");
  return folder;
}
