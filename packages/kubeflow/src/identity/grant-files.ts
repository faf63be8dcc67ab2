import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@kfp-ts/server/ports";
import type { AdapterPayload } from "oidc-provider";
import { makePrivateFolder, unlessMissing } from "../box/private-files.ts";
import { createFile, isDraft, replaceFile } from "../whole-file.ts";

/**
 * Grants and refresh tokens in a folder, a file each, so that a program that has logged in stays logged in when the
 * server starts again. The name of a file is a hash: neither it nor its content is a token that could be used. Any number
 * of processes may use the folder.
 */
export class GrantFiles {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #most: number;

  private constructor(folder: string, clock: Clock, most: number) {
    this.#folder = folder;
    this.#clock = clock;
    this.#most = most;
  }

  /** @param most - How many grants and tokens are kept when it is swept; those that end first go first. */
  static async open(folder: string, clock: Clock, most = 20_000): Promise<GrantFiles> {
    await makePrivateFolder(folder);
    return new GrantFiles(folder, clock, most);
  }

  async find(kind: string, id: string): Promise<AdapterPayload | undefined> {
    const path = this.#pathOf(kind, id);
    const kept = await read(path);
    if (kept === undefined || isOver(kept, this.#clock)) return undefined;
    // That it is there says it, whatever is in it.
    const used = await unlessMissing(stat(usedPathOf(path)));
    return { ...kept, jti: id, ...(used !== undefined && { consumed: Math.floor(used.mtimeMs / 1000) }) };
  }

  async put(kind: string, id: string, { jti: _secret, ...payload }: AdapterPayload): Promise<void> {
    await replaceFile(this.#pathOf(kind, id), JSON.stringify(payload));
  }

  /** Says that one has been used. @returns false where that was said before: of two who come at once one is the first */
  async consume(kind: string, id: string): Promise<boolean> {
    return createFile(usedPathOf(this.#pathOf(kind, id)), "");
  }

  async delete(kind: string, id: string): Promise<void> {
    await remove(this.#pathOf(kind, id));
  }

  /** Deletes all that belongs to a grant. */
  async deleteOf(kind: string, grantId: string): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.startsWith(`${kind}.`)) continue;
      const path = join(this.#folder, name);
      if ((await read(path))?.grantId === grantId) await remove(path);
    }
  }

  /** Deletes what is over, and what cannot be read. */
  async sweep(): Promise<void> {
    const used = await this.#names(".used");
    const kept: { readonly path: string; readonly exp: number }[] = [];
    for (const name of await this.#names()) {
      const path = join(this.#folder, name);
      const payload = await read(path);
      if (payload === undefined || isOver(payload, this.#clock)) await remove(path);
      else kept.push({ path, exp: payload.exp ?? 0 });
    }
    kept.sort((a, b) => a.exp - b.exp);
    for (const { path } of kept.slice(0, Math.max(0, kept.length - this.#most))) await remove(path);
    // Of those that were deleted between two steps of somebody else.
    const there = new Set(await this.#names());
    const alone = used.filter((name) => !there.has(name.replace(/\.used$/, ".json")));
    for (const name of alone) await rm(join(this.#folder, name), { force: true });
  }

  async #names(ending = ".json"): Promise<readonly string[]> {
    const names = (await unlessMissing(readdir(this.#folder))) ?? [];
    return names.filter((name) => !isDraft(name) && name.endsWith(ending));
  }

  #pathOf(kind: string, id: string): string {
    return join(this.#folder, `${kind}.${createHash("sha256").update(id).digest("hex")}.json`);
  }
}

/** In this order: what is said to be used must not be there for a moment without that. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(usedPathOf(path), { force: true });
}

function usedPathOf(path: string): string {
  return path.replace(/\.json$/, ".used");
}

async function read(path: string): Promise<AdapterPayload | undefined> {
  const text = await unlessMissing(readFile(path, "utf8"));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as AdapterPayload) : undefined;
  } catch {
    // Damaged: what it stood for has to log in again.
    return undefined;
  }
}

function isOver({ exp }: AdapterPayload, clock: Clock): boolean {
  return typeof exp === "number" && exp * 1000 <= clock.now();
}
