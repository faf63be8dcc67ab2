import type { RunHandle, RunView } from "@kfp-ts/runner";
import { PROGRAM } from "../command-line/command-line.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import type { Io, StopSignal } from "../io.ts";
import type { StopSignals } from "../serve/stop-signals.ts";
import type { OpenRunner } from "./open-runner.ts";
import { type RunProgress, showRun } from "./progress.ts";

/** How a run came to its end, or why this process does not go on with it. */
export interface Execution {
  /** As it stands; undefined where nothing was started, or it cannot be read any more. */
  readonly view: RunView | undefined;
  readonly runId: string | undefined;
  /** What asked this process to stop, where something did. */
  readonly stoppedBy: StopSignal | undefined;
  /** What went wrong beside the run. */
  readonly error: unknown;
}

/** How long tasks have to be ended at once, in milliseconds; what is left of them is ended when the run is resumed. */
const LAST_PATIENCE_MS = 3000;

/**
 * Starts a run and shows how it gets on until it ends. The first Ctrl-C cancels it, the second one leaves it where it is.
 *
 * @param name - What is shown of it.
 * @throws what `start` rejects with: then there is no run.
 */
export async function executeRun(
  { runner }: OpenRunner,
  name: string,
  start: () => Promise<RunHandle>,
  io: Io,
  stopping: StopSignals,
): Promise<Execution> {
  const progress = showRun(io, { name, since: io.now() });
  const starting = start();
  let handle: RunHandle | "stopped";
  try {
    handle = await Promise.race([starting, stopping.first.then(() => "stopped" as const)]);
  } catch (error) {
    progress.end();
    throw error;
  }
  if (handle === "stopped") {
    starting.catch(() => {});
    await atOnce(runner.close());
    progress.end();
    return { view: undefined, runId: undefined, stoppedBy: await stopping.first, error: undefined };
  }
  return follow(handle, runner, progress, stopping);
}

async function follow(
  handle: RunHandle,
  runner: OpenRunner["runner"],
  progress: RunProgress,
  stopping: StopSignals,
): Promise<Execution> {
  const { runId } = handle;
  let stoppedBy: StopSignal | undefined;
  const failure: { error?: unknown } = {};
  const shown = show(handle, progress).catch(() => {});
  const ended = handle.ended.then(
    async (view) => {
      await shown;
      return view;
    },
    (error: unknown) => {
      failure.error = error;
      return undefined;
    },
  );
  void stopping.first.then((signal) => {
    stoppedBy = signal;
    progress.say(`\nCanceling; exit tasks are still executed. Ctrl-C again ends everything at once.`);
    handle.cancel().catch((error: unknown) => {
      failure.error = error;
    });
  });
  const view = await Promise.race([ended, stopping.second.then(() => "left" as const)]);
  if (view !== "left") {
    progress.end();
    return { view: view ?? (await readable(runner, runId)), runId, stoppedBy, error: failure.error };
  }
  // Whoever asks a third time gets what the system does by itself.
  stopping.end();
  await atOnce(runner.close());
  progress.end();
  return { view: await readable(runner, runId), runId, stoppedBy, error: undefined };
}

async function show(handle: RunHandle, progress: RunProgress): Promise<void> {
  for await (const event of handle.events()) progress.event(event);
}

/** The run as it was written down; where that cannot be read, what went wrong is told anyway. */
async function readable(runner: OpenRunner["runner"], runId: string): Promise<RunView | undefined> {
  return runner.get(runId).catch(() => undefined);
}

async function atOnce(closed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_PATIENCE_MS);
  });
  await Promise.race([closed.catch(() => {}), late]);
  clearTimeout(timer);
}

/** Whether it was asked to stop twice: it has no end then, and nothing else went wrong. */
export function wasLeft({ view, runId, stoppedBy, error }: Execution): boolean {
  const isUnderWay = view?.state !== "SUCCEEDED" && view?.state !== "FAILED" && view?.state !== "CANCELED";
  return stoppedBy !== undefined && runId !== undefined && error === undefined && isUnderWay;
}

/** The exit code for how it went. */
export function exitCodeOf({ view, stoppedBy, error }: Execution): ExitCode {
  if (view?.state === "SUCCEEDED") return exitCodes.done;
  if (stoppedBy !== undefined) return stoppedBy === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
  return error === undefined ? exitCodes.runFailed : exitCodes.failed;
}

/** What to type to go on with it; undefined where there is nothing left to do. */
export function nextStepOf({ view, runId }: Execution): string | undefined {
  if (runId === undefined || view?.state === "SUCCEEDED") return undefined;
  const again = view?.state === "FAILED" || view?.state === "CANCELED" ? "Execute again what failed" : "Go on with it";
  return `${again}: ${PROGRAM} run --resume ${runId}`;
}
