import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** What of a log is looked at for its last lines: a line may be as long as a log. */
const TAIL_BYTES = 64 * 1024;

/** A task may have put a link in the place of its log, or a pipe: neither is followed nor waited for. */
const AS_IT_IS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The last lines of a file, without reading the rest of it.
 *
 * @returns none where the file is not there, or is empty.
 */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const file = await open(path, AS_IT_IS).catch(() => undefined);
  if (file === undefined) return [];
  try {
    const found = await file.stat();
    if (!found.isFile()) return [];
    const { size } = found;
    const from = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    // What a progress bar rewrites is one line; its last state is what was to be seen.
    const lines = bytes
      .toString("utf8", 0, bytesRead)
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.slice(line.lastIndexOf("\r") + 1));
    if (from > 0 && lines.length > 1) lines.shift();
    return lines.length === 1 && lines[0] === "" ? [] : lines.slice(-count);
  } catch {
    return [];
  } finally {
    await file.close();
  }
}
