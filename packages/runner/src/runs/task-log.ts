import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openWithin } from "../artifacts/open-within.ts";
import { storeFailure } from "../events/event-log.ts";

const CHUNK = 64 * 1024;
const LOOK_MS = 100;

/**
 * The log of an attempt as it is, or with `isOver` as it grows until that says so.
 *
 * @returns undefined where there is no such file: a task may have removed it, or put something else there.
 * @throws RunnerError (STORE_FAILED)
 */
export async function readLog(
  file: string,
  {
    isOver,
    signal,
  }: { readonly isOver?: (() => Promise<boolean>) | undefined; readonly signal?: AbortSignal | undefined },
): Promise<AsyncIterable<Uint8Array> | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openWithin(file, dirname(file), { links: false });
  } catch (error) {
    if (["ELOOP", "ENXIO"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw storeFailure(file, error);
  }
  if (handle === undefined) return undefined;
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    return undefined;
  }
  return chunks(handle, isOver, signal);
}

async function* chunks(
  handle: FileHandle,
  isOver: (() => Promise<boolean>) | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  try {
    let at = 0;
    while (!signal?.aborted) {
      // Asked first: what is written before the end is read after it.
      const over = isOver === undefined || (await isOver());
      for (;;) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, at);
        if (bytesRead === 0) break;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
        if (signal?.aborted) return;
      }
      if (over) return;
      await wait(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    await handle.close();
  }
}
