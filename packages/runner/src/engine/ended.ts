import { isTooLarge, MAX_CHARACTERS } from "../values/size.ts";
import { noValues } from "../values/values.ts";
import type { CacheHit, TaskPath } from "./engine.ts";
import type { Execution } from "./execution.ts";
import type { TaskEnd } from "./task-end.ts";

/** Writes down that a task has ended; where it gives more than can be written down, that it failed. */
export async function ended(
  execution: Execution,
  path: TaskPath,
  given: TaskEnd,
  cached?: CacheHit | undefined,
): Promise<TaskEnd> {
  const end = isTooLarge(given.outputs) ? withoutOutputs(path, given) : given;
  const { state, outputs, error } = end;
  await execution.emit({
    type: "task ended",
    at: execution.now(),
    task: path,
    state,
    ...(outputs === noValues ? {} : { outputs }),
    ...(error === undefined ? {} : { error }),
    ...(cached === undefined ? {} : { cached }),
  });
  return end;
}

function withoutOutputs(path: TaskPath, { error }: TaskEnd): TaskEnd {
  const message = `task ${path}: its outputs have more characters than can be written down (${MAX_CHARACTERS}): use artifacts`;
  return { state: "FAILED", outputs: noValues, error: error ?? { code: "OUTPUT_INVALID", message } };
}
