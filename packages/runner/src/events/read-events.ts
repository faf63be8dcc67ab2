import { open } from "node:fs/promises";
import { RunnerError } from "../errors/runner-error.ts";
import { storeFailure } from "./event-log.ts";
import type { RunEvent } from "./run-event.ts";

/** What is whole in a log, and where it ends. */
export interface ReadEvents {
  readonly events: readonly RunEvent[];
  /** In bytes from the beginning of the file. */
  readonly length: number;
}

/**
 * Reads the events of a log from a place on. A last line without its end is not there yet: a process is writing it, or
 * ended while it did.
 *
 * @param from - In bytes: the `length` of an earlier reading.
 * @throws RunnerError (STORE_FAILED) where a line is damaged or the file cannot be read.
 */
export async function readEvents(file: string, from = 0): Promise<ReadEvents> {
  let bytes: Buffer;
  try {
    bytes = await readFrom(file, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { events: [], length: 0 };
    throw storeFailure(file, error);
  }
  const end = bytes.lastIndexOf(10) + 1;
  const events: RunEvent[] = [];
  let start = 0;
  while (start < end) {
    const stop = bytes.indexOf(10, start);
    events.push(eventIn(bytes.toString("utf8", start, stop), file, from + start));
    start = stop + 1;
  }
  return { events, length: from + end };
}

async function readFrom(file: string, from: number): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
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
