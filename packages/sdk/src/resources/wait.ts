import { finalStates, type Run } from "@kfp-ts/api";
import { milliseconds } from "../call/times.ts";
import type { Clock } from "../clock.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { isKfpError } from "../errors/kfp-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import type { WaitOptions } from "./run-options.ts";

const LONGEST_OUTAGE_DELAY_MS = 30_000;
const FIRST_OUTAGE_DELAY_MS = 500;

/** Looks at a run once. */
export type LookAtRun = (options: {
  readonly signal?: AbortSignal | undefined;
  readonly totalTimeoutMs?: number;
}) => Promise<Run>;

/**
 * Looks at a run until it has ended. The state is looked at before the clock, so a run that has ended is given back
 * however little time there was. Once the run has been seen, a server that is out of reach is waited for.
 *
 * @throws TimeoutError WAIT_TIMEOUT; whatever looking throws that does not pass by itself.
 */
export async function waitForRun(runId: string, look: LookAtRun, clock: Clock, options: WaitOptions): Promise<Run> {
  const { signal, onState, onLook, onOutage } = options;
  const timeoutMs = options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : checkedTimeout(options.timeoutMs);
  const pollIntervalMs = milliseconds("pollIntervalMs", options.pollIntervalMs ?? 5_000);
  const outageMs = milliseconds("outageMs", options.outageMs ?? 600_000);
  const deadline = clock.now() + timeoutMs;
  let latest: Run | undefined;
  let outage: { readonly since: number; readonly looks: number } | undefined;
  for (;;) {
    let delay = pollIntervalMs;
    let run: Run | undefined;
    try {
      run = await look({ signal, ...timeToLook(deadline - clock.now()) });
    } catch (error) {
      if (latest === undefined || signal?.aborted || !mayPass(error)) throw error;
      outage = { since: outage?.since ?? clock.now(), looks: (outage?.looks ?? 0) + 1 };
      if (clock.now() - outage.since >= outageMs) throw error;
      onOutage?.(error);
      delay = Math.min(LONGEST_OUTAGE_DELAY_MS, FIRST_OUTAGE_DELAY_MS * 2 ** (outage.looks - 1));
    }
    if (run !== undefined) {
      if (latest === undefined || run.state !== latest.state) onState?.(run);
      onLook?.(run);
      if (run.state !== undefined && finalStates.has(run.state)) return run;
      latest = run;
      outage = undefined;
    }
    const left = deadline - clock.now();
    if (left <= 0) throw late(runId, latest, timeoutMs);
    await clock.sleep(Math.min(delay, left), signal);
  }
}

/**
 * What a server that has shown the run before also says while it, or what stands before it, is started anew: an error of
 * its own, and the page of a gateway that knows nothing of it at the moment.
 */
const ofRestarts: ReadonlySet<ErrorCode> = new Set(["SERVER_ERROR", "NOT_THE_API", "BAD_ANSWER"]);

function mayPass(error: unknown): boolean {
  return isKfpError(error) && (error.transient || ofRestarts.has(error.code));
}

/** No time at all is a way to ask whether it has ended. */
function checkedTimeout(timeoutMs: number): number {
  return timeoutMs === 0 ? 0 : milliseconds("timeoutMs", timeoutMs);
}

/** A look may take a moment even when the time is over: it is the last one. */
function timeToLook(left: number): { readonly totalTimeoutMs?: number } {
  return Number.isFinite(left) ? { totalTimeoutMs: Math.max(left, 5_000) } : {};
}

function late(runId: string, run: Run | undefined, timeoutMs: number): TimeoutError {
  const state = run?.state ?? "not known";
  const message = `The run ${runId} has not ended within ${timeoutMs} ms; its state is ${state}.`;
  return new TimeoutError("WAIT_TIMEOUT", { message }, timeoutMs);
}
