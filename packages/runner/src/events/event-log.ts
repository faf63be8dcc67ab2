import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { RunnerError } from "../errors/runner-error.ts";
import type { RunEvent } from "./run-event.ts";

/** Where the events of a run are written down, one after the other. */
export interface EventLog {
  /**
   * Writes an event down. It is in the file once the promise is fulfilled, and survives the end of this process.
   *
   * @throws RunnerError (STORE_FAILED); nothing can be written after that.
   */
  append(event: RunEvent): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the log of a run to go on with it. What a process was about to write when it ended is cut off first.
 *
 * @param length - In bytes, of what is whole in it: see `readEvents`.
 * @throws RunnerError (STORE_FAILED)
 */
export async function openEventLog(file: string, length: number): Promise<EventLog> {
  const handle = await stored(file, async () => {
    const opened = await open(file, "a", 0o600);
    await opened.truncate(length);
    return opened;
  });
  return new FileLog(file, handle, length);
}

class FileLog implements EventLog {
  readonly #file: string;
  readonly #handle: FileHandle;
  /** Events that came while a write was under way: they are written together. */
  #waiting: { readonly line: string; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;
  #length: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(file: string, handle: FileHandle, length: number) {
    this.#file = file;
    this.#handle = handle;
    this.#length = length;
  }

  append(event: RunEvent): Promise<void> {
    const line = `${JSON.stringify(event)}\n`;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    // Whoever appends in this turn is written in this write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure !== undefined) throw this.#failure.error;
        const bytes = Buffer.from(lines.map(({ line }) => line).join(""));
        await stored(this.#file, () => writeWhole(this.#handle, bytes, this.#length));
        this.#length += bytes.length;
        for (const { resolve } of lines) resolve();
      } catch (error) {
        this.#failure ??= { error };
        for (const { reject } of lines) reject(error);
      }
    }
    this.#writing = undefined;
  }
}

/**
 * All of it or nothing: what a full disk took of a line would make the next one unreadable. Written at once, as a database
 * in this process writes: a task waits for each of its events, and the way through the pool of threads takes ten times as
 * long as the writing.
 */
async function writeWhole(handle: FileHandle, bytes: Buffer, length: number): Promise<void> {
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(handle.fd, bytes, written);
  } catch (error) {
    await handle.truncate(length).catch(() => {});
    throw error;
  }
}

/** What the folder of runs says, as an error of ours. */
export async function stored<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(file, error);
  }
}

/** The error of a file system as what it means for a run. */
export function storeFailure(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof RunnerError || code === undefined) return error;
  const fact =
    code === "ENOSPC" || code === "EDQUOT"
      ? "the disk is full"
      : code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? "it may not be written"
        : message;
  return new RunnerError("STORE_FAILED", `${file} cannot be used: ${fact} (${code})`, { cause: error });
}
