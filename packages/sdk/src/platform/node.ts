import { KfpError } from "../errors/kfp-error.ts";
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
    throw unreadable(path, reasonOf(cause), cause);
  });
  if (!stats.isFile()) throw unreadable(path, "it is no file");
  return { name: basename(path), size: stats.size, read: () => read(path) };
}

async function* read(path: string): AsyncGenerator<Uint8Array> {
  const { createReadStream } = await import("node:fs");
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw unreadable(path, reasonOf(cause), cause);
  }
}

function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return cause instanceof Error ? cause.message : String(cause);
}

function unreadable(path: string, fact: string, cause?: unknown): KfpError {
  return new KfpError("FILE_UNREADABLE", { message: `${path} cannot be read: ${fact}.`, cause });
}
