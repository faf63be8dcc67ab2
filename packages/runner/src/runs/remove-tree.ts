import { randomUUID } from "node:crypto";
import { chmod, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a folder with all that programs have left in it: also folders that nobody may open, and ones that lie so deep in
 * each other that no path can name them. Links are not followed.
 */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    await takeApart(folder);
  }
}

/** What lies deep is brought up, so that its path stays short. */
async function takeApart(folder: string): Promise<void> {
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    await chmod(next, 0o700);
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (!entry.isDirectory()) {
        await unlink(path);
        continue;
      }
      const up = join(folder, randomUUID());
      await chmod(path, 0o700);
      await rename(path, up);
      waiting.push(up);
    }
    if (next !== folder) await rmdir(next);
  }
  await rmdir(folder);
}
