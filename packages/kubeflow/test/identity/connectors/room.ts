import { setMaxListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const rooms: string[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
});

/** A folder of one test. */
export function room(): string {
  const made = mkdtempSync(join(tmpdir(), "kfp-ts-users-"));
  rooms.push(made);
  return made;
}

/** A signal that nobody gives. */
export const never = new AbortController().signal;
setMaxListeners(0, never);
