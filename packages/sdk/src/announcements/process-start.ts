import { readFile } from "node:fs/promises";

/**
 * When a process started, in units of the kernel: only good for telling two processes of the same number apart.
 *
 * @param proc - Where the kernel tells of processes; only Linux has it.
 * @returns undefined where it cannot be told, and where the process has ended and only waits for its parent to notice.
 */
export async function processStart(processId: number, proc = "/proc"): Promise<string | undefined> {
  const stat = await readFile(`${proc}/${processId}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses, and may hold anything; the state is next, the start the 20th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
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
