import { open, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { loadConfig } from "../contexts/config-file.ts";
import { placesOf } from "../contexts/places.ts";
import type { Environment } from "../environment.ts";
import type { FileLook, FilesPort } from "./ports.ts";

/** More than any token, and the beginning of any file of certificates. */
const MOST_BYTES = 1024 * 1024;

/** Files of this machine. */
export function nodeFiles(env: Environment): FilesPort {
  return { home: env.HOME || homeOfSystem(), kept: placesOf(env), config: () => loadConfig(env), look };
}

function homeOfSystem(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

async function look(path: string): Promise<FileLook | undefined> {
  try {
    const stats = await stat(path);
    const isOpen = process.platform !== "win32" && (stats.mode & 0o044) !== 0;
    // A pipe would be waited for.
    if (!stats.isFile()) return { isFile: false, unreadable: undefined, size: 0, isOpen, text: undefined };
    const text = await beginning(path);
    return { isFile: true, unreadable: undefined, size: stats.size, isOpen, text };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return { isFile: true, unreadable: code, size: 0, isOpen: false, text: undefined };
  }
}

async function beginning(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
