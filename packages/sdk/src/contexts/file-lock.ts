import { open, readFile, rename, rm } from "node:fs/promises";
import { KfpError } from "../errors/kfp-error.ts";

/**
 * Does something while no other process does anything under the same lock. A lock that its process left behind when it
 * died is taken away.
 *
 * @param path - A file beside the one that is changed.
 * @param limits - `patienceMs`: how long others may take, in milliseconds. `signal`: ends the waiting.
 * @throws KfpError FILE_UNWRITABLE where another process does not end; the reason of the signal
 */
export async function whileLocked<T>(
  path: string,
  work: () => Promise<T>,
  { patienceMs = 10_000, signal }: { readonly patienceMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const mine = `${process.pid} ${crypto.randomUUID()}`;
  const giveUp = performance.now() + patienceMs;
  while (!(await taken(path, mine))) {
    signal?.throwIfAborted();
    const holder = await readFile(path, "utf8").catch(() => undefined);
    if (holder !== undefined && isDead(holder)) await takeAway(path, holder);
    else if (performance.now() > giveUp) {
      throw new KfpError("FILE_UNWRITABLE", {
        message: `Another program holds ${path} and does not end.`,
        fix: `If there is none, delete ${path}.`,
      });
    } else await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function taken(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(text).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isDead(holder: string): boolean {
  const id = Number.parseInt(holder, 10);
  // A file without a number has just been made: its process is about to write it.
  if (!(id > 0)) return false;
  try {
    process.kill(id, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Of several that see the same dead holder only one may win, and none may take the lock of the next. */
async function takeAway(path: string, holder: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== holder) await rename(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
