import { setTimeout as wait } from "node:timers/promises";
import { openToRead, type ReadableLog } from "./read-events.ts";
import type { RunEvent } from "./run-event.ts";

/**
 * The events of a run from its beginning, as they come, until there will be no more.
 *
 * @param options - `changed`: fulfilled when there may be more events, or it is time to look; `over`: whether nobody
 *   writes any more, asked before each look.
 * @throws RunnerError (STORE_FAILED)
 */
export async function* followEvents(
  file: string,
  { changed, over }: { readonly changed: () => Promise<void>; readonly over: () => boolean | Promise<boolean> },
): AsyncIterable<RunEvent> {
  let from = 0;
  let log: ReadableLog | undefined;
  try {
    for (;;) {
      const change = changed();
      const isOver = await over();
      log ??= await openToRead(file);
      for await (const { events, length } of log?.from(from) ?? []) {
        from = length;
        yield* events;
      }
      if (isOver) return;
      await change;
    }
  } finally {
    await log?.close();
  }
}

/** For the events of another process: a look now and then. */
export function nowAndThen(signal?: AbortSignal): Promise<void> {
  return wait(200, undefined, { signal }).catch(() => {});
}
