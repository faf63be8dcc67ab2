import { createHash } from "node:crypto";
import { join } from "node:path";
import type { TaskPath } from "../engine/engine.ts";

/** Where everything of an attempt is. */
export interface AttemptFolder {
  readonly path: string;
  /** What the program wrote to stdout and stderr. */
  readonly log: string;
  readonly executorInput: string;
  /** Its working directory. */
  readonly work: string;
  /** A file for each output parameter. */
  readonly outputs: string;
  /** A file or folder for each output artifact. */
  readonly artifacts: string;
  /** What Python's executor writes of its outputs. */
  readonly outputMetadata: string;
  readonly home: string;
  readonly temporary: string;
}

/** The folder of an attempt of a task, whether or not it is there. */
export function attemptFolder(tasks: string, task: TaskPath, attempt: number): AttemptFolder {
  const path = join(tasks, folderName(task), String(attempt));
  return {
    path,
    log: join(path, "log"),
    executorInput: join(path, "executor_input.json"),
    work: join(path, "work"),
    outputs: join(path, "outputs"),
    artifacts: join(path, "artifacts"),
    outputMetadata: join(path, "output_metadata.json"),
    home: join(path, "home"),
    temporary: join(path, "tmp"),
  };
}

/** The names of tasks are free, those of folders are not: what is not plain, or long, is told apart by its hash. */
export function folderName(task: TaskPath): string {
  // A point between the parts: no part of a plain one has one.
  const plain = task.replaceAll("/", ".");
  if (/^[A-Za-z0-9][A-Za-z0-9/-]{0,150}$/.test(task)) return plain;
  const hash = createHash("sha256").update(task).digest("hex").slice(0, 16);
  return `${plain
    .replaceAll(/[^A-Za-z0-9.-]/g, "-")
    .replaceAll("..", "-")
    .slice(0, 100)}_${hash}`;
}
