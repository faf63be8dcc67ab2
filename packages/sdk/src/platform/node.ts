import { unreadable } from "../errors/unreadable.ts";
import { nodeHttpTransport } from "../transport/node-http.ts";
import { version } from "../version.ts";
import type { OpenedFile, Platform } from "./platform.ts";

/** Node. */
export const nodePlatform: Platform = {
  transport: nodeHttpTransport,
  openFile,
  userAgent: `kfp-ts-sdk/${version} node/${process.versions.node}`,
};

async function openFile(path: string): Promise<OpenedFile> {
  const [{ stat }, { basename }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, { cause });
  });
  if (!stats.isFile()) throw unreadable(path, { fact: "it is no file" });
  return { name: basename(path), size: stats.size, read: () => read(path) };
}

async function* read(path: string): AsyncGenerator<Uint8Array> {
  const { createReadStream } = await import("node:fs");
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw unreadable(path, { cause });
  }
}
