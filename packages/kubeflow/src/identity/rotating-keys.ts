import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@kfp-ts/server/ports";
import { KeyFolder } from "../tokens/key-folder.ts";
import type { SigningKey } from "../tokens/signing-key.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** How long a key signs. */
const SIGNS_MS = 30 * DAY_MS;
/** How long a new key is only told: gateways fetch keys now and then, and have to know it before they see its tokens. */
const TOLD_MS = HOUR_MS;
/** How long a key is still accepted after the next one was made: longer than any token that it has signed lives. */
const ACCEPTED_MS = 2 * DAY_MS;

/** The keys of the provider: each signs for a month, and is accepted until its last token has ended. */
export class RotatingKeys {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #keys: KeyFolder;
  #order: readonly SigningKey[];

  private constructor(folder: string, clock: Clock, keys: KeyFolder) {
    this.#folder = folder;
    this.#clock = clock;
    this.#keys = keys;
    this.#order = keys.keys();
  }

  /** @throws KubeflowError for a key that cannot be used */
  static async open(folder: string, clock: Clock, onUnreadable: (error: Error) => void): Promise<RotatingKeys> {
    const keys = new RotatingKeys(folder, clock, await KeyFolder.open(folder, clock, onUnreadable));
    await keys.rotate();
    return keys;
  }

  /** All that are accepted; the first one signs. The same list as before, unless something has changed. */
  keys = (): readonly SigningKey[] => this.#order;

  /** Makes a new key where it is time, and deletes those whose time is over. To be called every hour or so. */
  async rotate(): Promise<void> {
    const now = this.#clock.now();
    const names = await this.#names();
    for (const [index, name] of names.entries()) {
      const next = names[index + 1];
      if (next !== undefined && now - sinceOf(next) >= ACCEPTED_MS) await rm(join(this.#folder, name), { force: true });
    }
    const newest = names.at(-1);
    if (newest !== undefined && now - sinceOf(newest) >= SIGNS_MS) await this.#keys.add(this.#clock);
    await this.#keys.refresh();
    const isTold = now - sinceOf((await this.#names()).at(-1) ?? "0") >= TOLD_MS;
    const [first, ...others] = this.#keys.keys();
    const order = first === undefined || isTold || others.length === 0 ? this.#keys.keys() : [...others, first];
    if (order.map(({ id }) => id).join() !== this.#order.map(({ id }) => id).join()) this.#order = order;
  }

  /** The files, whose names say when each key was made. */
  async #names(): Promise<readonly string[]> {
    return (await readdir(this.#folder)).filter((name) => /^\d{15}\.pem$/.test(name)).sort();
  }
}

function sinceOf(name: string): number {
  return Number.parseInt(name, 10);
}
