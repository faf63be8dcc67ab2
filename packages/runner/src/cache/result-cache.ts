import type { CacheHit, ReadyTask, TaskPath } from "../engine/engine.ts";
import type { ContainerComponent } from "../plan/plan.ts";
import type { Values } from "../values/values.ts";

/** Results of earlier tasks. */
export interface ResultCache {
  /** What a task's results are found by; undefined where it does not want any. */
  keyOf(
    ready: ReadyTask,
    component: ContainerComponent,
    program: { readonly image: string; readonly environment: string },
  ): Promise<string | undefined>;
  find(key: string): Promise<{ readonly outputs: Values; readonly from: CacheHit } | undefined>;
  store(key: string, task: TaskPath, outputs: Values): Promise<void>;
}
