import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { RunnerError } from "../errors/runner-error.ts";

/** A file of an artifact. */
export interface ArtifactFile {
  readonly file: string;
  /** Below the artifact, with slashes; empty for an artifact that is one file. */
  readonly name: string;
  readonly size: number;
  readonly executable: boolean;
}

/**
 * The files of an artifact, sorted by name. Links are not followed: they may lead to what is not the task's.
 *
 * @returns none where there is nothing at the path.
 * @throws RunnerError (OUTPUT_INVALID) for a link or anything else that is neither file nor folder.
 */
export async function filesOf(path: string): Promise<readonly ArtifactFile[]> {
  const found: ArtifactFile[] = [];
  const visit = async (file: string, name: string): Promise<void> => {
    const stat = await lstat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (stat === undefined) return;
    if (stat.isFile()) {
      found.push({ file, name, size: stat.size, executable: (stat.mode & 0o100) !== 0 });
      return;
    }
    if (!stat.isDirectory()) {
      throw new RunnerError("OUTPUT_INVALID", `${file} is neither a file nor a folder, and is not read`);
    }
    for (const child of (await readdir(file)).sort()) {
      await visit(join(file, child), name === "" ? child : `${name}/${child}`);
    }
  };
  await visit(path, "");
  return found;
}

/** How much of an artifact is hashed, in bytes: a file with nothing in it can say that it has any number of them. */
const MAX_HASHED = 16 * 1024 ** 3;

/**
 * The files of an artifact as `filesOf` gives them, to be hashed.
 *
 * @throws RunnerError (OUTPUT_INVALID), also for more than 16 GiB.
 */
export async function filesToHash(path: string): Promise<readonly ArtifactFile[]> {
  const files = await filesOf(path);
  const size = files.reduce((total, file) => total + file.size, 0);
  if (size <= MAX_HASHED) return files;
  throw new RunnerError("OUTPUT_INVALID", `${path} has ${size} bytes, and no more than ${MAX_HASHED} are hashed`);
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** SHA-256 of an artifact of this machine: of its names and contents; undefined where there is nothing. @throws as filesToHash */
export async function contentHash(path: string): Promise<string | undefined> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return undefined;
  const lines: string[] = [stat.isDirectory() ? "folder" : "file"];
  for (const { file, name, executable } of await filesToHash(path)) {
    lines.push(JSON.stringify([name, executable, await fileHash(file)]));
  }
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
