import { randomUUID } from "node:crypto";
import { chmod, constants, copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileHash, filesToHash } from "../artifacts/files-of.ts";

/** A file of a kept artifact: its name below it, and the SHA-256 of its content. */
export type KeptFile = readonly [name: string, hash: string, executable: boolean];

/** Contents of files, each once, by their SHA-256. */
export class Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps what is at a path; undefined where there is nothing. @throws where that is too much, or more than files and folders */
  async keep(path: string): Promise<readonly KeptFile[] | undefined> {
    const kept: KeptFile[] = [];
    if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
    for (const { file, name, executable } of await filesToHash(path)) {
      const hash = await fileHash(file);
      kept.push([name, hash, executable]);
      const blob = this.#path(hash);
      // One that is there was checked when it was kept; a damaged one is found, and removed, when it is read.
      if ((await stat(blob).catch(() => undefined)) !== undefined) continue;
      await mkdir(dirname(blob), { recursive: true, mode: 0o700 });
      const fresh = `${blob}.${randomUUID()}`;
      try {
        await copyFile(file, fresh, constants.COPYFILE_FICLONE);
        if ((await fileHash(fresh)) !== hash) throw new Error(`${file} changed while it was read`);
        await chmod(fresh, 0o600);
        await rename(fresh, blob);
      } finally {
        await rm(fresh, { force: true });
      }
    }
    return kept;
  }

  /**
   * Puts a kept artifact at a path.
   *
   * @returns whether all of it was there, and undamaged.
   */
  async restore(kept: readonly KeptFile[], path: string): Promise<boolean> {
    if (!kept.some(([name]) => name === "")) await mkdir(path, { recursive: true, mode: 0o700 });
    for (const [name, hash, executable] of kept) {
      const file = name === "" ? path : join(path, name);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const blob = this.#path(hash);
      if ((await stat(blob).catch(() => undefined)) === undefined) return false;
      await copyFile(blob, file, constants.COPYFILE_FICLONE);
      await chmod(file, executable ? 0o700 : 0o600);
      if ((await fileHash(file)) === hash) continue;
      await rm(blob, { force: true });
      return false;
    }
    return true;
  }

  #path(hash: string): string {
    return join(this.#folder, hash.slice(0, 2), hash);
  }
}
