import type { CacheHit, ReadyTask, TaskPath } from "../engine/engine.ts";
import type { ContainerComponent } from "../plan/plan.ts";
import type { Values } from "../values/values.ts";

/** Results of earlier tasks. */
export interface ResultCache {
  /** What a task's results are found by; undefined where it does not want any. */
  keyOf(
    ready: ReadyTask,
    component: ContainerComponent,
    program: { readonly image: string; readonly environment: string; readonly signal: AbortSignal },
  ): Promise<string | undefined>;
  /**
   * The result of an earlier task, its artifacts put into a folder; undefined where there is none, or it is damaged.
   *
   * @throws RunnerError (STORE_FAILED) where the folder cannot be written.
   */
  find(
    key: string,
    artifactsFolder: string,
  ): Promise<{ readonly outputs: Values; readonly from: CacheHit } | undefined>;
  /** Keeps a result for later. Where it cannot, it does not: that is no mistake of the task. */
  store(key: string, task: TaskPath, outputs: Values): Promise<void>;
}
