import { open } from "node:fs/promises";

const BYTES = 4096;
const LINES = 10;

/** The last lines of a log, for an error; empty where there is none. */
export async function logEnd(file: string): Promise<string> {
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
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
