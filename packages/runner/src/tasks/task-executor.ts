import type { ArtifactStores } from "../artifacts/artifact-stores.ts";
import type { ResultCache } from "../cache/result-cache.ts";
import type { ContainerRuntime } from "../containers/container-runtime.ts";
import type { ExecuteTask, ReadyTask, TaskResult } from "../engine/engine.ts";
import { RunnerError } from "../errors/runner-error.ts";
import type { RunEvent, RunRecord } from "../events/run-event.ts";
import { executeContainer } from "./container-task.ts";
import { executeImporter } from "./importer-task.ts";

/** What attempts of the tasks of a run are executed with. */
export interface TaskExecutorOptions {
  readonly record: RunRecord;
  /** Of the attempts: see `attemptFolder`. */
  readonly tasksFolder: string;
  /** Where artifacts go: a URI such as `s3://bucket/prefix`; empty for the folders of the attempts. */
  readonly pipelineRoot: string;
  /** The folder that tasks share, and where they see it; undefined where they share none. */
  readonly workspace: { readonly folder: string; readonly path: string } | undefined;
  readonly runtimes: readonly ContainerRuntime[];
  readonly artifacts: ArtifactStores;
  /** Results of earlier tasks; undefined where none are to be used. */
  readonly cache: ResultCache | undefined;
  /** Whether tasks can be shown a folder under another path. */
  readonly movesPaths: boolean;
  readonly clock: { now(): number };
  readonly emit: (event: RunEvent) => Promise<void>;
}

/** Makes what executes an attempt of a leaf. */
export function createTaskExecutor(options: TaskExecutorOptions): ExecuteTask {
  return async (ready: ReadyTask, signal: AbortSignal): Promise<TaskResult> => {
    const { component } = ready;
    try {
      if (component.kind === "importer") return await executeImporter(options, ready, component, signal);
      return await executeContainer(options, ready, component, signal);
    } catch (error) {
      if (signal.aborted) return { outcome: "canceled" };
      // A store that cannot be written is no fault of the task: the run stops, and can go on later.
      if (!(error instanceof RunnerError) || error.code === "STORE_FAILED") throw error;
      return { outcome: "failed", error: { code: error.code, message: error.message } };
    }
  };
}
