import type { Run } from "@kfp-ts/api";
import type { Client } from "@kfp-ts/sdk";
import { PROGRAM } from "../command-line/command-line.ts";
import { parseDuration } from "../command-line/duration.ts";
import { option } from "../command-line/option.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { styleFor } from "../output/style.ts";
import { reportOf } from "../report-error.ts";
import { runKind } from "../resources/run.ts";
import type { Session } from "../session.ts";
import { showProgress } from "../watch/progress.ts";
import { afterFailure, outputsText } from "../watch/results.ts";

/** The options of watching. */
export const watchOptions = {
  maxWait: option("duration", "Stop watching after this time: 30m, 2h. The run goes on.", parseDuration, {
    otherwise: "as long as it takes",
  }),
};

/** Between two looks: short enough to be called live, long enough to be no burden. */
const POLL_INTERVAL_MS = 1000;

/**
 * Watches a run until it ends, telling its progress on stderr, and prints it then.
 *
 * @returns 5 where it ended FAILED or CANCELED, else 0.
 */
export async function watchRun(
  kfp: Client,
  session: Session,
  run: Run,
  { maxWait }: { readonly maxWait?: number | undefined },
): Promise<ExitCode> {
  const progress = showProgress(session.io);
  session.farewell = `No longer watching; the run goes on. Watch it again: ${PROGRAM} runs watch ${run.runId}`;
  progress.update(run);
  let ended: Run;
  try {
    ended = await kfp.runs.wait(run.runId, {
      pollIntervalMs: POLL_INTERVAL_MS,
      timeoutMs: maxWait,
      signal: session.signal,
      onLook: (seen) => progress.update(seen),
      onOutage: (error) => progress.outage(error instanceof Error ? error.message : String(error)),
    });
  } finally {
    progress.end();
    session.farewell = undefined;
  }
  await session.printer.one(runKind, ended);
  if (ended.state === "FAILED" || ended.state === "CANCELED") {
    for (const line of afterFailure(ended)) session.note(line);
    return exitCodes.runFailed;
  }
  await showOutputs(kfp, session, run.runId);
  return exitCodes.done;
}

/** For people; a program takes them from their own operation, where `--output` is the run as the API has it. */
async function showOutputs(kfp: Client, { io, printer, note, signal }: Session, runId: string): Promise<void> {
  if (printer.format !== "table") return;
  try {
    io.stdout.write(await outputsText(kfp, runId, styleFor(io.stdout.isTerminal, io.env), signal));
  } catch (error) {
    // The run has succeeded: that is what the exit code is for.
    note(`The outputs of the run could not be read: ${reportOf(error).message}`);
  }
}
