import { readFile } from "node:fs/promises";

/**
 * When a process started, as the system counts it: with the id it names one process for ever, as ids are given again.
 *
 * @returns undefined where there is no such process; "" where it is there and the system does not say.
 */
export async function processStart(processId: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${processId}/stat`, "utf8");
    // The second field is the name in brackets, in which anything can stand.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended: only its parent does not know yet.
    return fields[0] === "Z" ? undefined : (fields[19] ?? "");
  } catch {
    // There is no /proc, or no such process.
  }
  try {
    process.kill(processId, 0);
    return process.platform === "linux" ? undefined : "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "" : undefined;
  }
}
