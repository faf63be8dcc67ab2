import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { RunnerError } from "../../errors/runner-error.ts";
import type { IsolatedLine } from "../../isolation/isolation.ts";
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

/**
 * Executes a program in a process group of its own, in the folder `work` of its attempt, its output in the log, and ends
 * all of it: at a limit, when nobody wants it any more, what it leaves behind when it has ended, and when this process
 * is killed.
 *
 * @param env - All of its environment. HOME is of this attempt alone.
 * @throws RunnerError (TASK_FAILED) with what the system says where the program cannot be started.
 */
export async function runProcess(
  line: IsolatedLine,
  env: Readonly<Record<string, string>>,
  job: Pick<ContainerJob, "folder" | "logFile" | "timeLimitMs" | "signal" | "onProcess">,
  maxLogBytes: number,
): Promise<ContainerEnd> {
  if (job.signal.aborted) return { exitCode: undefined, signal: undefined, endedBy: "abort" };
  // Processes of an isolation are not asked to end: they do when what is below them does.
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
  { file, args, env: outside, handed }: IsolatedLine,
  env: Readonly<Record<string, string>>,
  cwd: string,
  log: number,
): Promise<ChildProcess> {
  const stdio = ["ignore", log, log, ...(handed === undefined ? [] : ["pipe" as const])] as const;
  const child = spawn(file, [...args], { cwd, env: outside ?? env, detached: true, stdio: [...stdio] });
  const input = child.stdio[3] as Writable | null | undefined;
  // Whoever does not read it has ended, and with which code is what counts.
  input?.on("error", () => undefined);
  input?.end(handed);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return child;
}
