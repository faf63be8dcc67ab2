import { readFile } from "node:fs/promises";

/**
 * When a process started, in units of the kernel: only good for telling two processes of the same number apart.
 *
 * @param proc - Where the kernel tells of processes; only Linux has it.
 * @returns undefined where it cannot be told.
 */
export async function processStart(processId: number, proc = "/proc"): Promise<string | undefined> {
  const stat = await readFile(`${proc}/${processId}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses, and may hold anything; the start is the 20th after it.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** Whether there is a process of this number, whoever's it is. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
