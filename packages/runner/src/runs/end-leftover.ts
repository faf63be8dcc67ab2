import { processStart } from "./process-start.ts";

/**
 * Ends what an attempt has left whose runner was killed: its process group, where that is still the one that it was.
 */
export async function endLeftover(left: {
  readonly processGroup: number;
  readonly processStart: string;
}): Promise<void> {
  if ((await processStart(left.processGroup)) !== left.processStart || left.processGroup <= 1) return;
  try {
    process.kill(-left.processGroup, "SIGKILL");
  } catch {
    // It has ended in between.
  }
}
