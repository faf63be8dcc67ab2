import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** Sends a signal to a process group, if it is there. */
export function signalGroup(processGroup: number, signal: NodeJS.Signals): void {
  if (processGroup <= 1) return;
  try {
    process.kill(-processGroup, signal);
  } catch {
    // It has ended.
  }
}

/** Sends a signal to a process, if it is there. */
export function signalProcess(processId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(processId, signal);
  } catch {
    // It has ended.
  }
}

/** The processes below one, nearest first; empty where the system has no /proc. */
export function descendants(processId: number): { readonly processId: number; readonly depth: number }[] {
  const parents = new Map<number, number[]>();
  for (const child of processIds()) {
    const parent = parentOf(child);
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), child]);
  }
  const found: { processId: number; depth: number }[] = [];
  let level = [processId];
  for (let depth = 1; level.length > 0; depth += 1) {
    level = level.flatMap((parent) => parents.get(parent) ?? []);
    found.push(...level.map((child) => ({ processId: child, depth })));
  }
  return found;
}

/**
 * Ends the processes that an attempt left in other process groups: those that have its HOME, which is its alone.
 *
 * @param home - The HOME that its program was given.
 */
export async function endStrays(home: string): Promise<void> {
  // One that is being ended can have started another; one that will not end is stuck in the system, and not waited for.
  for (let round = 0; round < 100 && killStrays(home); round++) await setTimeout(10);
}

function killStrays(home: string): boolean {
  let found = false;
  for (const processId of processIds()) {
    try {
      const environment = readFileSync(`/proc/${processId}/environ`, "utf8").split("\0");
      if (!environment.includes(`HOME=${home}`)) continue;
      found = true;
      signalProcess(processId, "SIGKILL");
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return found;
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function parentOf(processId: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
