import { createHash } from "node:crypto";

/** The id of a task: always the same for one place in one run, and in the form that the API's ids have. */
export function taskIdOf(runId: string, path: string): string {
  const hex = createHash("sha256").update(`${runId}\0${path}`).digest("hex");
  // A UUID of version 8: one that whoever makes it has a rule of their own for.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
