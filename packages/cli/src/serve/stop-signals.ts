import { type ExitCode, exitCodes } from "../exit-code.ts";
import type { Io, StopSignal } from "../io.ts";

/** What asks a server to stop. */
export interface StopSignals {
  /** Fulfilled by the first signal: requests under way are to be answered. */
  readonly first: Promise<StopSignal>;
  /** Fulfilled by the second one, with the exit code for it: nothing is waited for any more. */
  readonly second: Promise<ExitCode>;
  /** Listens no more. */
  end(): void;
}

/** Listens for the signals that ask a server to stop. */
export function stopSignals(io: Io): StopSignals {
  let resolveFirst: (signal: StopSignal) => void = () => {};
  let resolveSecond: (exitCode: ExitCode) => void = () => {};
  const first = new Promise<StopSignal>((resolve) => {
    resolveFirst = resolve;
  });
  const second = new Promise<ExitCode>((resolve) => {
    resolveSecond = resolve;
  });
  let count = 0;
  const end = io.onStop((signal) => {
    count++;
    if (count === 1) resolveFirst(signal);
    else resolveSecond(signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated);
  });
  return { first, second, end };
}
