import { ServiceAccountTokenVolumeCredentials } from "../credentials/service-account-token-volume.ts";
import { fromEnvironment } from "../environment.ts";
import { unreadable } from "../errors/unreadable.ts";
import { nodeHttpTransport } from "../transport/node-http.ts";
import { version } from "../version.ts";
import type { OpenedFile, Platform } from "./platform.ts";

/** Node. */
export const nodePlatform: Platform = {
  transport: nodeHttpTransport,
  openFile,
  surroundings: { variable: fromEnvironment, exists, readNow },
  mountedToken: () => new ServiceAccountTokenVolumeCredentials(),
  userAgent: `kfp-ts-sdk/${version} node/${process.versions.node}`,
};

/** Given by the process itself: an import would have to be waited for, or load files for those who need none. */
const files = (): typeof import("node:fs") => process.getBuiltinModule("node:fs");

function exists(path: string): boolean {
  return files().existsSync(path);
}

function readNow(path: string): string | undefined {
  try {
    return files().readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

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
