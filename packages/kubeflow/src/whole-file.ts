import { randomUUID } from "node:crypto";
import { link, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file that readers see as it was before or as it is now, never in part; nobody else can read it.
 *
 * @param durable - Whether it has to outlive a machine that stops this moment, which takes a disk its time.
 */
export async function replaceFile(path: string, text: string, { durable = true } = {}): Promise<void> {
  const draft = await writeDraft(path, text, durable);
  await rename(draft, path).catch(async (error: unknown) => {
    await rm(draft, { force: true });
    throw error;
  });
}

/**
 * Writes a new file, whole or not at all.
 *
 * @returns false where there is one: whoever else makes it at the same time, only one of them does.
 */
export async function createFile(path: string, text: string): Promise<boolean> {
  const draft = await writeDraft(path, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether the name of a file is that of a draft, which nobody but its writer looks at. */
export function isDraft(name: string): boolean {
  return name.startsWith(".");
}

/**
 * Removes what a process that was killed has left half written in a folder, since copies of secrets are not to pile up.
 *
 * @param folder - Of which this process is the only writer.
 */
export async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (isDraft(name)) await rm(join(folder, name), { force: true });
}

async function writeDraft(path: string, text: string, durable = true): Promise<string> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    // Else a machine that stops now could leave an empty file under the real name.
    if (durable) await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return draft;
}
