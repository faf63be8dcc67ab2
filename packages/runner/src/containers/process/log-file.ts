import { type FileHandle, open } from "node:fs/promises";

/**
 * Opens the file that a program writes to, and makes it where it is not there, for nobody else to read. Programs write to
 * it themselves: nothing stands between them and the file, and what a program leaves behind holds no pipe of ours open.
 */
export async function openLog(file: string): Promise<FileHandle> {
  return await open(file, "a", 0o600);
}

/** Cuts a log to its limit. @returns whether it was longer. */
export async function cutLog(log: FileHandle, maxBytes: number): Promise<boolean> {
  if ((await log.stat()).size <= maxBytes) return false;
  await log.truncate(maxBytes);
  return true;
}
