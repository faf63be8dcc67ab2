import { type FileHandle, open } from "node:fs/promises";
import { RunnerError } from "../errors/runner-error.ts";
import { storeFailure } from "./event-log.ts";
import type { RunEvent } from "./run-event.ts";

/** Some of what is whole in a log, and where it ends. */
export interface ReadEvents {
  readonly events: readonly RunEvent[];
  /** In bytes from the beginning of the file. */
  readonly length: number;
}

/** How much is read at once: hundreds of events, and little enough that looking for one new event costs next to nothing. */
const CHUNK = 1 << 16;

/**
 * Reads the events of a log from a place on, some at a time: a log can be larger than the memory. A last line without its
 * end is not there yet: a process is writing it, or ended while it did. Where there is no file, there are none.
 *
 * @param from - In bytes: the `length` of an earlier reading.
 * @throws RunnerError (STORE_FAILED) where a line is damaged or the file cannot be read.
 */
export async function* readEvents(file: string, from = 0): AsyncGenerator<ReadEvents> {
  const log = await openToRead(file);
  if (log === undefined) return;
  try {
    yield* log.from(from);
  } finally {
    await log.close();
  }
}

/** A log that is open for reading, to look again and again for what is new in it. */
export interface ReadableLog {
  /** See {@link readEvents}. */
  from(place: number): AsyncGenerator<ReadEvents>;
  close(): Promise<void>;
}

/**
 * Opens a log for reading; undefined where there is no file yet.
 *
 * @throws RunnerError (STORE_FAILED)
 */
export async function openToRead(file: string): Promise<ReadableLog | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw storeFailure(file, error);
  }
  return { from: (place) => eventsFrom(handle, file, place), close: () => handle.close() };
}

async function* eventsFrom(handle: FileHandle, file: string, place: number): AsyncGenerator<ReadEvents> {
  let length = place;
  for await (const lines of wholeLines(handle, file, place)) {
    const events = eventsIn(lines, file, length);
    length += lines.length;
    yield { events, length };
  }
}

async function* wholeLines(handle: FileHandle, file: string, from: number): AsyncGenerator<Buffer> {
  let at = from;
  /** Of a line whose end is not read yet. */
  let parts: Buffer[] = [];
  for (;;) {
    const chunk = await readChunk(handle, file, at);
    if (chunk.length === 0) return;
    at += chunk.length;
    const end = chunk.lastIndexOf(10) + 1;
    if (end === 0) parts.push(chunk);
    else {
      yield Buffer.concat([...parts, chunk.subarray(0, end)]);
      parts = end < chunk.length ? [chunk.subarray(end)] : [];
    }
    // Less than was asked for: what comes after it is written later.
    if (chunk.length < CHUNK) return;
  }
}

async function readChunk(handle: FileHandle, file: string, at: number): Promise<Buffer> {
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw storeFailure(file, error);
  }
}

function eventsIn(lines: Buffer, file: string, from: number): RunEvent[] {
  const events: RunEvent[] = [];
  let start = 0;
  while (start < lines.length) {
    const stop = lines.indexOf(10, start);
    events.push(eventIn(lines.toString("utf8", start, stop), file, from + start));
    start = stop + 1;
  }
  return events;
}

function eventIn(line: string, file: string, at: number): RunEvent {
  try {
    const event = JSON.parse(line) as RunEvent;
    if (typeof event.type === "string" && typeof event.at === "number") return event;
  } catch {
    // Said below, as for what is JSON and no event.
  }
  throw new RunnerError(
    "STORE_FAILED",
    `${file} is damaged at byte ${at}: there is a line that is no event. The run cannot be read any more`,
  );
}
