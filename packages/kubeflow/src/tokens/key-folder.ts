import { randomUUID } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@kfp-ts/server/ports";
import { FolderContents } from "../box/folder-contents.ts";
import { KubeflowError } from "../box/kubeflow-error.ts";
import { makePrivateFolder, unlessMissing } from "../box/private-files.ts";
import { createFile } from "../whole-file.ts";
import { generateSigningKey, readSigningKey, type SigningKey } from "./signing-key.ts";

/**
 * The keys of an issuer in a folder: a PEM file each, named by when it was made, so that the last name is the newest. All
 * of them are accepted; to take one out of use, delete its file.
 */
export class KeyFolder {
  readonly #folder: string;
  readonly #contents: FolderContents<SigningKey>;

  private constructor(folder: string, onUnreadable: (error: Error) => void) {
    this.#folder = folder;
    this.#contents = new FolderContents(folder, (name, text) => {
      if (!name.endsWith(".pem")) return undefined;
      try {
        return readKey(join(folder, name), text);
      } catch (error) {
        onUnreadable(error as Error);
        return undefined;
      }
    });
  }

  /**
   * Opens a folder of keys; the first one is made where there is none.
   *
   * @param onUnreadable - Told of a key that appears later and cannot be used.
   * @throws KubeflowError for a key that cannot be used now
   */
  static async open(folder: string, clock: Clock, onUnreadable: (error: Error) => void): Promise<KeyFolder> {
    if ((await unlessMissing(readdir(folder))) === undefined) await makeWithFirstKey(folder, clock);
    const damaged: Error[] = [];
    let tell = (error: Error): void => {
      damaged.push(error);
    };
    const opened = new KeyFolder(folder, (error) => tell(error));
    await opened.refresh();
    if (damaged[0] !== undefined) throw damaged[0];
    tell = onUnreadable;
    if (opened.keys().length === 0) await opened.add(clock);
    return opened;
  }

  /** The newest first. */
  keys = (): readonly SigningKey[] => this.#newestFirst;
  #newestFirst: readonly SigningKey[] = [];

  /** Makes a new key, which signs from now on. */
  async add(clock: Clock): Promise<void> {
    await writeKey(this.#folder, clock);
    await this.refresh();
  }

  /** Looks for keys that another process has made or deleted. */
  async refresh(): Promise<boolean> {
    const changed = await this.#contents.refresh();
    if (changed) this.#newestFirst = this.#contents.values().reverse();
    return changed;
  }
}

/** Several processes may come here at once: the folder appears with its key in it, and only the first one counts. */
async function makeWithFirstKey(folder: string, clock: Clock): Promise<void> {
  const draft = `${folder}.${randomUUID()}`;
  await makePrivateFolder(draft);
  await writeKey(draft, clock);
  await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

async function writeKey(folder: string, clock: Clock): Promise<void> {
  const pem = await generateSigningKey();
  for (let moment = clock.now(); ; moment++) {
    if (await createFile(join(folder, `${String(moment).padStart(15, "0")}.pem`), pem)) return;
  }
}

function readKey(path: string, text: string): SigningKey {
  try {
    return readSigningKey(text);
  } catch (cause) {
    throw new KubeflowError("ERR_DATA", `The key ${path} cannot be used: ${(cause as Error).message}.`, {
      fix: "Delete it: tokens that it has signed end with it, and new ones are made.",
      cause,
    });
  }
}
