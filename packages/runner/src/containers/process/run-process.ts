import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { RunnerError } from "../../errors/runner-error.ts";
import { processStart } from "../../runs/process-start.ts";
import type { ContainerEnd, ContainerJob } from "../container-runtime.ts";
import { lifeline } from "./lifeline.ts";
import { openLog } from "./log-file.ts";
import { descendants, endStrays, signalGroup, signalProcess } from "./process-tree.ts";
import { defaultPath } from "./task-environment.ts";
import { watchProcess } from "./watch-process.ts";

/** How long a program has to end after it was asked to, in milliseconds. */
export const graceMs = 5000;
const ours = lifeline(defaultPath);

/** A command line. */
export interface ProgramLine {
  readonly file: string;
  readonly args: readonly string[];
  /**
   * How many processes of an isolation stand between ours and the program: they are not asked to end, and what is below
   * them ends with them. @default 0
   */
  readonly layers?: number | undefined;
}

/**
 * Executes a program in a process group of its own, in the folder `work` of its attempt, its output in the log, and ends
 * all of it: at a limit, when nobody wants it any more, what it leaves behind when it has ended, and when this process
 * is killed.
 *
 * @param env - All of its environment.
 * @throws RunnerError (TASK_FAILED) with what the system says where the program cannot be started.
 */
export async function runProcess(
  line: ProgramLine,
  env: Readonly<Record<string, string>>,
  job: Pick<ContainerJob, "folder" | "logFile" | "timeLimitMs" | "signal" | "onProcess">,
  maxLogBytes: number,
): Promise<ContainerEnd> {
  if (job.signal.aborted) return { exitCode: undefined, signal: undefined, endedBy: "abort" };
  const { layers = 0 } = line;
  const log = await openLog(job.logFile);
  let child: ChildProcess;
  try {
    child = await started(line, env, join(job.folder, "work"), log.fd);
  } catch (error) {
    await log.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new RunnerError("TASK_FAILED", `the program ${line.file} cannot be started: ${why}`, { cause: error });
  }
  const group = child.pid ?? 0;
  const ended = new Promise<{ exitCode: number | undefined; signal: string | undefined }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }));
  });
  const release = ours.hold(group);
  const watch = watchProcess({
    log,
    maxLogBytes,
    timeLimitMs: job.timeLimitMs,
    graceMs,
    signal: job.signal,
    end: (signal) => {
      if (signal === "SIGKILL" || layers === 0) return endGroup(group, signal);
      for (const { processId, depth } of descendants(group)) if (depth >= layers) signalProcess(processId, signal);
    },
  });
  const start = await processStart(group);
  if (start !== undefined) job.onProcess?.({ processGroup: group, processStart: start });
  const end = await ended;
  endGroup(group, "SIGKILL");
  const { HOME: home } = env;
  if (layers === 0 && home !== undefined) await endStrays(home);
  release();
  return { ...end, endedBy: await watch.finish() };
}

/** Sends a signal to a process group, if it is there. */
export function endGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group !== undefined) signalGroup(group, signal);
}

/** The process, once the system has it. */
async function started(
  { file, args }: ProgramLine,
  env: Readonly<Record<string, string>>,
  cwd: string,
  log: number,
): Promise<ChildProcess> {
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", log, log] });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return child;
}
