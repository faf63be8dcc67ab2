import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";
import { stored } from "../events/event-log.ts";
import { processStart } from "./process-start.ts";

/** The process that executes a run. */
export interface LockHolder {
  readonly processId: number;
  readonly processStart: string;
}

/**
 * Takes the lock of a run: only one process executes it. That of a process which is gone is taken over.
 *
 * @param folder - Of the run.
 * @returns what gives it back.
 * @throws RunnerError RUN_BUSY where another process has it, or this one; STORE_FAILED
 */
export async function takeLock(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, "lock");
  const own = join(folder, `lock.${process.pid}.${randomUUID()}`);
  const holder: LockHolder = { processId: process.pid, processStart: (await processStart(process.pid)) ?? "" };
  return await stored(file, async () => {
    await writeFile(own, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
    try {
      while (!(await linked(own, file))) await clearAway(file, `${own}.old`);
    } finally {
      await unlink(own);
    }
    return () => rm(file, { force: true });
  });
}

/** The process that executes a run; undefined where none does. */
export async function lockHolder(folder: string): Promise<LockHolder | undefined> {
  const holder = await readLock(join(folder, "lock"));
  return holder !== undefined && (await isAlive(holder)) ? holder : undefined;
}

/** A link to a whole file: whoever reads the lock reads all of it, and only one makes it. */
async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes a lock away whose process is gone. */
async function clearAway(file: string, aside: string): Promise<void> {
  const holder = await readLock(file);
  if (holder !== undefined && (await isAlive(holder))) throw busy(file, holder);
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  // Between reading and renaming somebody else may have taken it: then it is given back.
  const taken = await readLock(aside);
  if (taken !== undefined && (await isAlive(taken))) {
    await linked(aside, file);
    await rm(aside, { force: true });
    throw busy(file, taken);
  }
  await rm(aside, { force: true });
}

async function isAlive(holder: LockHolder): Promise<boolean> {
  return (await processStart(holder.processId)) === holder.processStart;
}

async function readLock(file: string): Promise<LockHolder | undefined> {
  try {
    const { processId, processStart: start } = JSON.parse(await readFile(file, "utf8")) as LockHolder;
    return typeof processId === "number" && typeof start === "string" ? { processId, processStart: start } : undefined;
  } catch {
    // Not there, or nothing that one of us has written.
    return undefined;
  }
}

function busy(file: string, { processId }: LockHolder): RunnerError {
  const who = processId === process.pid ? "this process" : `process ${processId}`;
  return new RunnerError("RUN_BUSY", `the run is executed by ${who} (${file})`);
}
