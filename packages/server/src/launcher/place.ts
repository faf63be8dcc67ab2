import { randomUUID } from "node:crypto";
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "../start-error.ts";

/** A folder in which runs are executed. */
export interface Place {
  /** Kept in the folder, so that a server on it knows which runs are there. */
  readonly id: string;
  readonly folder: string;
  /** Removes the folder where it was made for this server alone. */
  close(): Promise<void>;
}

/**
 * Opens the folder of runs, which is made where it is not there, open to nobody else.
 *
 * @param folder - Undefined for one that goes with the server.
 * @throws StartError ERR_OPTION where it cannot be used.
 */
export async function openPlace(folder: string | undefined): Promise<Place> {
  if (folder === undefined) {
    const made = await mkdtemp(join(tmpdir(), "kfp-ts-runs-"));
    return { id: randomUUID(), folder: made, close: () => rm(made, { recursive: true, force: true }) };
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return { id: await idIn(folder), folder, close: async () => {} };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      "ERR_OPTION",
      `Runs cannot be kept in ${folder} (${code ?? String(error)}). Choose a folder that this user can write to.`,
      { cause: error },
    );
  }
}

/** The id of the place in a folder. Of two servers that make it at once, both get the same one. */
async function idIn(folder: string): Promise<string> {
  const file = join(folder, "place");
  const draft = join(folder, `place.${randomUUID()}`);
  const known = await readId(file);
  if (known !== undefined) return known;
  await writeFile(draft, `${randomUUID()}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readId(file);
  if (made === undefined) throw new Error(`${file} holds no id`);
  return made;
}

async function readId(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, "utf8")).trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
