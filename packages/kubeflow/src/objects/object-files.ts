import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ObjectError } from "./object-error.ts";

/** A file of objects, as it was seen. */
export interface SeenFile {
  readonly path: string;
  /** Another one for another file, and after each write. */
  readonly version: string;
}

/**
 * The files that paths stand for: a file stands for itself, a folder for the `*.yaml`, `*.yml` and `*.json` that are
 * directly in it, sorted. Links are followed, as a folder of a mounted config map is made of them; names that begin
 * with a dot are passed over, as that folder has what the links lead to there.
 *
 * @throws ObjectError for a path that cannot be read.
 */
export async function listFiles(paths: readonly string[]): Promise<readonly SeenFile[]> {
  const found = new Map<string, SeenFile>();
  for (const path of paths) {
    try {
      const { isFolder, version } = await look(path);
      if (!isFolder) found.set(path, { path, version });
      else for (const file of await filesIn(path)) found.set(file.path, file);
    } catch (error) {
      throw unreadable(path, error);
    }
  }
  return [...found.values()];
}

/** The text of a file. @throws ObjectError */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function filesIn(folder: string): Promise<readonly SeenFile[]> {
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.(ya?ml|json)$/.test(name)).sort();
  const files: SeenFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    try {
      const { isFolder, version } = await look(path);
      if (!isFolder) files.push({ path, version });
    } catch (error) {
      // Taken away since the folder was read.
      if (!isMissing(error)) throw error;
    }
  }
  return files;
}

async function look(path: string): Promise<{ readonly isFolder: boolean; readonly version: string }> {
  const found = await stat(path, { bigint: true });
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return { isFolder: found.isDirectory(), version: [dev, ino, size, mtimeNs, ctimeNs].join(" ") };
}

function unreadable(file: string, error: unknown): ObjectError {
  const why = isMissing(error) ? "There is no such file or folder." : `It cannot be read: ${messageOf(error)}.`;
  return new ObjectError([{ file, line: 1, column: 1, message: why }], { cause: error });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
