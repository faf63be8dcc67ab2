import { dirname } from "node:path";
import { openWithin } from "../artifacts/open-within.ts";

const BYTES = 4096;
const LINES = 10;

/** The last lines of a log, for an error; empty where there is none, or the task has put something else there. */
export async function logEnd(file: string): Promise<string> {
  try {
    const handle = await openWithin(file, dirname(file), { links: false });
    if (handle === undefined) return "";
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return "";
      const { size } = stat;
      const bytes = Buffer.alloc(Math.min(size, BYTES));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString("utf8", 0, bytesRead).split("\n");
      // The first of them may have begun before.
      const whole = size > BYTES && lines.length > 1 ? lines.slice(1) : lines;
      return whole
        .slice(-LINES - 1)
        .join("\n")
        .trim();
    } finally {
      await handle.close();
    }
  } catch {
    return "";
  }
}
