import { stat } from "node:fs/promises";
import type { ContainerEnd, ContainerJob } from "../container-runtime.ts";

/** How long a program has to end after it was asked to, in milliseconds. */
const GRACE_MS = 5000;
/** How often the size of the log is looked at, in milliseconds. */
const LOOK_MS = 250;

/** What a program is ended for, and who looks after that. */
export interface Limits {
  /** Who has asked the program to end; undefined where nobody has. */
  readonly endedBy: ContainerEnd["endedBy"];
  /** Looks no more: the program has ended. */
  release(): void;
}

/**
 * Ends a program when its time is over, when its job is aborted, or when it writes too much: first it is asked, then it
 * is made to.
 *
 * @param end - Sends a signal to the whole process group.
 */
export function limit(
  { signal, timeLimitMs, logFile }: Pick<ContainerJob, "signal" | "timeLimitMs" | "logFile">,
  maxLogBytes: number,
  end: (signal: "SIGTERM" | "SIGKILL") => void,
): Limits {
  let endedBy: ContainerEnd["endedBy"];
  const timers: NodeJS.Timeout[] = [];
  const ask = (by: NonNullable<ContainerEnd["endedBy"]>) => {
    if (endedBy !== undefined) return;
    endedBy = by;
    // One that writes without end is not asked: it would fill the disk while it thinks.
    end(by === "log limit" ? "SIGKILL" : "SIGTERM");
    timers.push(setTimeout(() => end("SIGKILL"), GRACE_MS));
  };
  const abort = () => ask("abort");
  const look = async () => {
    const size = await stat(logFile).then(
      (file) => file.size,
      () => 0,
    );
    if (size > maxLogBytes) ask("log limit");
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  if (timeLimitMs !== undefined) timers.push(setTimeout(() => ask("time limit"), Math.min(timeLimitMs, 2 ** 31 - 1)));
  timers.push(setInterval(() => void look(), LOOK_MS));
  return {
    get endedBy() {
      return endedBy;
    },
    release() {
      signal.removeEventListener("abort", abort);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
