import { createHash } from "node:crypto";
import type { TaskPath } from "../engine/engine.ts";
import type { RunRecord } from "../events/run-event.ts";

/** What constants of a pipeline can say of the run. */
export interface RunMetadata {
  readonly runId: string;
  readonly displayName: string;
  /** On a cluster the name of the workflow; also part of a final status. */
  readonly resourceName: string;
  /** RFC 3339, in UTC, whole seconds. */
  readonly createdAt: string;
  readonly scheduledAt: string;
  /** Where tasks see the folder that they share; undefined where they share none. */
  readonly workspacePath: string | undefined;
}

/** What a run's record says of it. */
export function runMetadata(record: RunRecord, workspacePath?: string | undefined): RunMetadata {
  return {
    runId: record.runId,
    displayName: record.displayName,
    resourceName: `${record.pipelineName}-${record.runId.slice(0, 5)}`,
    createdAt: timestamp(record.createdAt),
    scheduledAt: timestamp(record.scheduledAt),
    workspacePath,
  };
}

function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * A constant with what it names of the run. Only a constant that is nothing else is replaced, as on a cluster; the
 * workspace also within a text.
 */
export function withRunMetadata(
  constant: string,
  run: RunMetadata,
  task: { readonly name: string; readonly path: TaskPath },
): string {
  if (!constant.includes("{{$.")) return constant;
  switch (constant) {
    case "{{$.pipeline_job_name}}":
      return run.displayName;
    case "{{$.pipeline_job_resource_name}}":
      return run.resourceName;
    case "{{$.pipeline_job_uuid}}":
      return run.runId;
    case "{{$.pipeline_task_name}}":
      return task.name;
    case "{{$.pipeline_task_uuid}}":
      return taskUuid(run.runId, task.path);
    case "{{$.pipeline_job_create_time_utc}}":
      return run.createdAt;
    case "{{$.pipeline_job_schedule_time_utc}}":
      return run.scheduledAt;
    default:
      return run.workspacePath === undefined
        ? constant
        : constant.replaceAll("{{$.workspace_path}}", () => run.workspacePath ?? "");
  }
}

/** The same for every attempt of a task, and another for every task of every run. */
function taskUuid(runId: string, path: TaskPath): string {
  const hash = createHash("sha256").update(`${runId}/${path}`).digest("hex");
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}
