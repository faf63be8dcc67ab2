import type { FileHandle } from "node:fs/promises";
import type { ContainerEnd } from "../container-runtime.ts";
import { cutLog } from "./log-file.ts";

/** How often the size of a log is looked at, in milliseconds. */
const lookEveryMs = 100;

/** What a program may do, and how it is ended when it does more. */
export interface WatchOptions {
  readonly log: FileHandle;
  readonly maxLogBytes: number;
  readonly timeLimitMs: number | undefined;
  /** Between asking a program to end and ending it, in milliseconds. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Called more than once where the first does not help. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => void;
}

/** Who looks after a program until it has ended. */
export interface Watch {
  /** Stops, cuts the log, closes it. @returns who ended the program, if it was the watch. */
  finish(): Promise<ContainerEnd["endedBy"]>;
}

/** Ends a program that is past a limit, or that nobody wants any more. */
export function watchProcess(options: WatchOptions): Watch {
  const { log, maxLogBytes, timeLimitMs, graceMs, signal, end } = options;
  let endedBy: ContainerEnd["endedBy"];
  let killer: NodeJS.Timeout | undefined;
  function endFor(reason: NonNullable<typeof endedBy>, afterMs: number): void {
    if (endedBy !== undefined) return;
    endedBy = reason;
    if (afterMs > 0) end("SIGTERM");
    // Repeated: what a program forked in between belongs to the same group.
    const kill = () => {
      end("SIGKILL");
      killer = setTimeout(kill, 1000);
    };
    killer = setTimeout(kill, afterMs);
  }
  const onAbort = () => endFor("abort", graceMs);
  const limit =
    timeLimitMs === undefined
      ? undefined
      : setTimeout(() => endFor("time limit", graceMs), Math.min(timeLimitMs, 2 ** 31 - 1));
  const look = setInterval(() => {
    log.stat().then(
      // A program that floods its log does not get to write on while it is asked to end.
      ({ size }) => size > maxLogBytes && endFor("log limit", 0),
      () => undefined,
    );
  }, lookEveryMs);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return {
    finish: async () => {
      clearTimeout(limit);
      clearTimeout(killer);
      clearInterval(look);
      signal.removeEventListener("abort", onAbort);
      try {
        if (await cutLog(log, maxLogBytes)) endedBy ??= "log limit";
      } finally {
        await log.close();
      }
      return endedBy;
    },
  };
}
