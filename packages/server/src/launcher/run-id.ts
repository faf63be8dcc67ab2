import { createHash } from "node:crypto";

/** A runner keeps a run in a folder of its id; longer ids of clients are shortened to what tells them apart. */
export function runnersRunId(runId: string): string {
  return runId.length <= 128 ? runId : `long-${createHash("sha256").update(runId).digest("hex")}`;
}
