import type { BigIntStats } from "node:fs";
import type { FileMoment, TokenFiles } from "../credentials/token-file.ts";

/** Clocks of file systems go in steps of up to ten milliseconds; what is older than this cannot look the same twice. */
const SETTLED_NS = 100_000_000n;

/** Files of tokens in Node. Nothing is loaded before the first is asked for. */
export const nodeTokenFiles: TokenFiles = {
  async look(path) {
    const { stat } = await import("node:fs/promises");
    return momentOf(await stat(path, { bigint: true }));
  },
  async read(path, limit) {
    const { open, stat } = await import("node:fs/promises");
    // Opening a pipe would wait for somebody to write into it.
    momentOf(await stat(path, { bigint: true }));
    const file = await open(path, "r");
    try {
      const moment = momentOf(await file.stat({ bigint: true }));
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

function momentOf(stats: BigIntStats): FileMoment {
  if (!stats.isFile()) throw Object.assign(new Error("it is no file"), { code: "EISDIR" });
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const now = BigInt(Date.now()) * 1_000_000n;
  return {
    identity: [dev, ino, size, mtimeNs, ctimeNs].join(":"),
    settled: [mtimeNs, ctimeNs].every((time) => now - time > SETTLED_NS),
  };
}
