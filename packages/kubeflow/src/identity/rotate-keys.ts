import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@kfp-ts/server/ports";
import type { KeyFolder } from "../tokens/key-folder.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a key signs. */
const SIGNS_MS = 30 * DAY_MS;
/** How long it is still accepted after that: longer than any token that it has signed lives. */
const ACCEPTED_MS = 2 * DAY_MS;

/**
 * Makes a new key where the newest has signed for a month, and deletes those whose last token has ended. The name of a
 * key's file says since when it has signed.
 */
export async function rotateKeys(keys: KeyFolder, folder: string, clock: Clock): Promise<void> {
  const now = clock.now();
  const names = (await readdir(folder)).filter((name) => /^\d{15}\.pem$/.test(name)).sort();
  const newest = names.at(-1);
  if (newest !== undefined && now - sinceOf(newest) >= SIGNS_MS) await keys.add(clock);
  for (const [index, name] of names.entries()) {
    const next = names[index + 1];
    if (next !== undefined && now - sinceOf(next) >= ACCEPTED_MS) await rm(join(folder, name), { force: true });
  }
  await keys.refresh();
}

function sinceOf(name: string): number {
  return Number.parseInt(name, 10);
}
