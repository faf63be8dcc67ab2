import { type ChildProcess, spawn } from "node:child_process";
import { processStart } from "../../runs/process-start.ts";
import type { ContainerEnd, ContainerJob } from "../container-runtime.ts";
import type { Lifeline } from "./lifeline.ts";
import { openLog } from "./log-file.ts";
import { descendants, endStrays, signalGroup, signalProcess } from "./process-tree.ts";
import { watchProcess } from "./watch-process.ts";

/** A program to execute. */
export interface ProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from stdin. @default nothing */
  readonly input?: string | undefined;
  /** What it reads from the descriptors 3, 4, … */
  readonly data?: readonly string[] | undefined;
  /**
   * How many processes of an isolation stand between ours and the program: they are not asked to end, and what is below
   * them ends with them. 0 where there is none.
   */
  readonly layers: number;
  readonly job: Pick<ContainerJob, "logFile" | "timeLimitMs" | "signal" | "onProcess">;
  readonly maxLogBytes: number;
  /** In milliseconds. */
  readonly graceMs: number;
  readonly lifeline: Lifeline;
}

/**
 * Executes a program in a process group of its own, its output in a log, and ends all of it: at a limit, when nobody wants
 * it any more, and what it leaves behind when it has ended.
 *
 * @throws what the system says where the program cannot be started.
 */
export async function runProcess(options: ProcessOptions): Promise<ContainerEnd> {
  const { job, layers, lifeline } = options;
  const log = await openLog(job.logFile);
  let child: ChildProcess;
  try {
    child = await started(options, log.fd);
  } catch (error) {
    await log.close();
    throw error;
  }
  const processGroup = child.pid ?? 0;
  const ended = new Promise<{ exitCode: number | undefined; signal: string | undefined }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }));
  });
  const release = lifeline.hold(processGroup);
  const start = await processStart(processGroup);
  if (start !== undefined) job.onProcess?.({ processGroup, processStart: start });
  const watch = watchProcess({
    log,
    maxLogBytes: options.maxLogBytes,
    timeLimitMs: job.timeLimitMs,
    graceMs: options.graceMs,
    signal: job.signal,
    end: (signal) => {
      if (signal === "SIGKILL" || layers === 0) return signalGroup(processGroup, signal);
      for (const { processId, depth } of descendants(processGroup)) {
        if (depth >= layers) signalProcess(processId, signal);
      }
    },
  });
  const end = await ended;
  signalGroup(processGroup, "SIGKILL");
  const { HOME: home } = options.env;
  if (layers === 0 && home !== undefined) endStrays(home);
  release();
  return { ...end, endedBy: await watch.finish() };
}

/** The process, once the system has it. */
async function started(options: ProcessOptions, log: number): Promise<ChildProcess> {
  const { file, args, cwd, env, input, data = [] } = options;
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: [input === undefined ? "ignore" : "pipe", log, log, ...data.map(() => "pipe" as const)],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  for (const [place, text] of [[0, input] as const, ...data.map((text, index) => [index + 3, text] as const)]) {
    const stream = child.stdio[place];
    if (text === undefined || stream === null || stream === undefined || !("end" in stream)) continue;
    // A program that does not read its input has its reasons.
    stream.on("error", () => undefined);
    stream.end(text);
  }
  return child;
}
