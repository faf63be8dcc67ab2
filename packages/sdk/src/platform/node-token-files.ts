import type { Stats } from "node:fs";
import type { FileMoment, TokenFiles } from "../credentials/token-file.ts";

/** Clocks of file systems go in steps of up to ten milliseconds; what is older than this cannot look the same twice. */
const SETTLED_MS = 100;

/** Files of tokens in Node. Nothing is loaded before the first is asked for. */
export const nodeTokenFiles: TokenFiles = {
  async look(path) {
    // Every attempt looks. Tokens lie in memory (tmpfs): to ask at once takes a few microseconds, and to have a thread of
    // Node's ask takes a hundred.
    return momentOf(process.getBuiltinModule("node:fs").statSync(path));
  },
  async read(path, limit) {
    const { open, stat } = await import("node:fs/promises");
    // Opening a pipe would wait for somebody to write into it.
    momentOf(await stat(path));
    const file = await open(path, "r");
    try {
      const moment = momentOf(await file.stat());
      const bytes = new Uint8Array(limit + 1);
      let size = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, size, bytes.length - size);
        size += bytesRead;
        if (bytesRead === 0 || size === bytes.length) break;
      }
      return { ...moment, text: new TextDecoder().decode(bytes.subarray(0, size)) };
    } finally {
      await file.close();
    }
  },
};

function momentOf(stats: Stats): FileMoment {
  if (!stats.isFile()) throw Object.assign(new Error("it is no file"), { code: "EISDIR" });
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return {
    identity: `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`,
    settled: Date.now() - Math.max(mtimeMs, ctimeMs) > SETTLED_MS,
  };
}
