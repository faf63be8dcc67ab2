import { type FileHandle, open } from "node:fs/promises";
import { replaceFile } from "../../whole-file.ts";
import { readOwnFile } from "./read-own-file.ts";

/**
 * A file of records, a line each, that only grows until it is written anew. What was acknowledged outlives the process, however
 * it ends; a line that was only begun is passed over.
 */
export class SessionLog {
  readonly #path: string;
  #file: FileHandle | undefined;
  #isTorn = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** All records that can be read, the oldest first. @throws KubeflowError where the file cannot be */
  async read(): Promise<readonly unknown[]> {
    const text = (await readOwnFile(this.#path)) ?? "";
    return text.split("\n").flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
  }

  /** Adds a record. Once this is fulfilled it is there, whatever becomes of the process. */
  async append(record: unknown): Promise<void> {
    this.#file ??= await open(this.#path, "a", 0o600);
    const line = `${this.#isTorn ? "\n" : ""}${JSON.stringify(record)}\n`;
    this.#isTorn = true;
    // A full disk may take a part of it: `appendFile` goes on until all is written, or fails.
    await this.#file.appendFile(line);
    this.#isTorn = false;
  }

  /** Writes the file anew. */
  async replace(records: Iterable<unknown>): Promise<void> {
    let text = "";
    for (const record of records) text += `${JSON.stringify(record)}\n`;
    await replaceFile(this.#path, text, { durable: false });
    await this.close();
    this.#isTorn = false;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
