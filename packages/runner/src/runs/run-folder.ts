import { join } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";

/** Where everything of a run is. */
export interface RunFolder {
  readonly path: string;
  readonly record: string;
  readonly pipeline: string;
  readonly events: string;
  readonly workspace: string;
  /** Of the attempts of its tasks; see `attemptFolder`. */
  readonly tasks: string;
}

/**
 * The folder of a run, whether or not it is there.
 *
 * @throws RunnerError (OPTION_INVALID) where the id could not be a folder's name.
 */
export function runFolder(folder: string, runId: string): RunFolder {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(runId)) {
    throw new RunnerError(
      "OPTION_INVALID",
      `${JSON.stringify(runId.slice(0, 80))} is no id of a run: letters, digits, ".", "_" and "-", at most 128`,
    );
  }
  const path = join(folder, "runs", runId);
  return {
    path,
    record: join(path, "run.json"),
    pipeline: join(path, "pipeline.json"),
    events: join(path, "events.jsonl"),
    workspace: join(path, "workspace"),
    tasks: join(path, "tasks"),
  };
}
