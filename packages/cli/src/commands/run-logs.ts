import { finalStates, type RunTask } from "@kfp-ts/api";
import { type Client, isKfpError } from "@kfp-ts/sdk";
import { UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, option } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Io } from "../io.ts";
import { findRun } from "../lookup/run.ts";
import { logText } from "../output/log-text.ts";
import { printable } from "../output/printable.ts";

/** Between two looks at which tasks have started, in milliseconds. */
const LOOK_MS = 1000;

/** Prints what tasks have written. */
export const logs = command({
  name: "logs",
  summary: "Show what the tasks of a run have written.",
  args: { run: "Its id, or its name where only one has it." },
  optionalArg: {
    name: "task",
    doc: "Its path, its name where only one has it, or its id; on a cluster the name of its pod. All when left out.",
  },
  options: {
    follow: flag("Go on until the task has ended; without a task, until the run has.", { short: "f" }),
    attempt: option("number", "Which attempt of the task, from 1.", wholeNumber(1, 1_000_000), {
      otherwise: "the last one",
    }),
  },
  examples: ["runs logs 'demo 2026-01-31 12-00-00'", "runs logs 'demo 2026-01-31 12-00-00' train --follow"],
  async run({ args, optionalArg, options, session, io }) {
    const kfp = await session.client();
    const { runId } = await findRun(kfp, args.run);
    const signal = session.signal;
    if (optionalArg !== undefined) {
      const task = await nodeOf(kfp, runId, optionalArg);
      return print(io, kfp.runs.logs(runId, task, { ...options, signal }));
    }
    if (options.attempt !== undefined) throw new UsageError("--attempt is of one task.", "Name the task.");
    await printAll(kfp, runId, { io, signal, follow: options.follow });
  },
});

async function print(io: Io, log: AsyncIterable<string>): Promise<void> {
  for await (const text of log) io.stdout.write(io.stdout.isTerminal ? logText(text) : text);
}

/** The task that somebody means; what the server says of none is passed on: on a cluster it is the name of a pod. */
async function nodeOf(kfp: Client, runId: string, said: string): Promise<string> {
  const tasks = await tasksOf(kfp, runId);
  if (tasks === undefined) return said;
  if (tasks.some(({ path, taskId }) => path === said || taskId === said)) return said;
  // As `runs watch` shows it: with the word before the number of an iteration, and the names that are shown.
  const shown = tasks.find((task) => shownPath(task, tasks) === said);
  if (shown !== undefined) return shown.path;
  const named = tasks.filter((task) => isLeaf(task) && (task.name === said || task.displayName === said));
  const [one, other] = named;
  if (one !== undefined && other === undefined) return one.taskId;
  const paths = (named.length > 0 ? named : tasks.filter(isLeaf)).map(({ path }) => printable(path)).slice(0, 10);
  throw new UsageError(
    `${named.length > 0 ? "Several tasks have" : "No task of this run has"} the name ${printable(said)}.`,
    paths.length === 0 ? "It has no tasks yet." : `Say the path of one: ${paths.join(", ")}.`,
  );
}

/** The path of a task made of the names that are shown of it and of those around it. */
function shownPath({ path }: RunTask, tasks: readonly RunTask[]): string {
  const parts = path.split("/");
  const names = parts.map((part, index) => {
    const task = tasks.find((one) => one.path === parts.slice(0, index + 1).join("/"));
    const isIteration = index > 0 && /^\d+$/.test(part);
    return isIteration ? `iteration ${part}` : task?.displayName || part;
  });
  return names.join("/");
}

/** One log after the other, in the order in which the tasks started. */
async function printAll(
  kfp: Client,
  runId: string,
  { io, signal, follow }: { readonly io: Io; readonly signal: AbortSignal; readonly follow: boolean },
): Promise<void> {
  const shown = new Set<string>();
  for (;;) {
    const hasEnded = !follow || finalStates.has((await kfp.runs.get(runId, { signal })).state ?? "PENDING");
    const tasks = await tasksOf(kfp, runId);
    if (tasks === undefined) {
      throw new UsageError("This server cannot list the tasks of a run.", "Name the task: the name of its pod.");
    }
    const fresh = tasks.filter((task) => isLeaf(task) && task.startTime !== undefined && !shown.has(task.taskId));
    for (const { taskId, path } of fresh) {
      io.stdout.write(`${shown.size === 0 ? "" : "\n"}==> ${printable(path)} <==\n`);
      shown.add(taskId);
      await print(io, kfp.runs.logs(runId, taskId, { follow, signal })).catch(passOverAbsent);
    }
    if (fresh.length > 0) continue;
    if (hasEnded) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A task that was taken from the cache has written nothing. */
function passOverAbsent(error: unknown): void {
  if (!isKfpError(error) || error.code !== "NOT_FOUND") throw error;
}

/** @returns undefined where the server has no such list. */
async function tasksOf(kfp: Client, runId: string): Promise<readonly RunTask[] | undefined> {
  const tasks: RunTask[] = [];
  try {
    for await (const task of kfp.runs.tasks(runId)) tasks.push(task);
    return tasks;
  } catch (error) {
    if (isKfpError(error) && error.code === "UNSUPPORTED_BY_SERVER") return undefined;
    throw error;
  }
}

function isLeaf({ kind }: RunTask): boolean {
  return kind !== "graph" && kind !== "loop";
}
