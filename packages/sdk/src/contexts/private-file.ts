import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file that only this user can read, so that it is the old one or the new one and never half of it, whatever ends
 * the process.
 *
 * @param path - In a folder that is there.
 * @throws what the file system says; the old file stays then.
 */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}`);
  try {
    const file = await open(draft, "wx", 0o600);
    await file
      .writeFile(text)
      .then(() => file.sync())
      .finally(() => file.close());
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
