import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDraft } from "../whole-file.ts";
import { OneAfterTheOther } from "./one-after-the-other.ts";
import { unlessMissing } from "./private-files.ts";

interface Known<T> {
  readonly version: string;
  readonly value: T | undefined;
}

/**
 * The files of a folder, read: only those that have changed are read again. Every writer of these folders puts whole
 * files into place, so that a change of any of them is one of the folder too, and one look at it tells that there is
 * nothing to do.
 */
export class FolderContents<T> {
  readonly #folder: string;
  readonly #read: (name: string, text: string) => T | undefined;
  readonly #files = new Map<string, Known<T>>();
  readonly #looks = new OneAfterTheOther();
  #version = "";

  /** @param read - Makes something of a file; undefined where it is nothing. */
  constructor(folder: string, read: (name: string, text: string) => T | undefined) {
    this.#folder = folder;
    this.#read = read;
  }

  /** What the files hold, in the order of their names. */
  values(): T[] {
    return [...this.#files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { value }]) => (value === undefined ? [] : [value]));
  }

  /** Looks at the folder, one look after the other. @returns whether anything has changed */
  refresh(): Promise<boolean> {
    return this.#looks.run(() => this.#look());
  }

  /** Looks at one file, which this process has just written or deleted. */
  refreshFile(name: string): Promise<void> {
    return this.#looks.run(async () => {
      if (await this.#lookAt(name)) return;
      if ((await this.#versionOf(join(this.#folder, name))) === undefined) this.#files.delete(name);
    });
  }

  async #look(): Promise<boolean> {
    const before = await this.#versionOf(this.#folder);
    if (before === undefined) {
      const had = this.#files.size > 0;
      this.#files.clear();
      this.#version = "";
      return had;
    }
    if (before.version === this.#version) return false;
    const names = ((await unlessMissing(readdir(this.#folder))) ?? []).filter((name) => !isDraft(name));
    let changed = false;
    for (const name of [...this.#files.keys()].filter((known) => !names.includes(known))) {
      this.#files.delete(name);
      changed = true;
    }
    for (const name of names) changed = (await this.#lookAt(name)) || changed;
    // Two changes within one tick of the file system's clock look the same: what is so young is looked at again.
    this.#version = Date.now() - before.changedAt > 1000 ? before.version : "";
    return changed;
  }

  async #lookAt(name: string): Promise<boolean> {
    const path = join(this.#folder, name);
    const found = await this.#versionOf(path);
    const known = this.#files.get(name);
    if (found === undefined || found.version === known?.version) return false;
    const text = await unlessMissing(readFile(path, "utf8"));
    if (text === undefined) return false;
    const value = this.#read(name, text);
    // What has become unreadable stays as it was.
    this.#files.set(name, { version: found.version, value: value ?? known?.value });
    return value !== undefined;
  }

  async #versionOf(path: string) {
    const found = await unlessMissing(stat(path, { bigint: true }));
    if (found === undefined) return undefined;
    return { version: `${found.ino}:${found.ctimeNs}:${found.size}`, changedAt: Number(found.ctimeMs) };
  }
}
