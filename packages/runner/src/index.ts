export type {
  ContainerEnd,
  ContainerJob,
  ContainerRuntime,
  Mount,
  PreparedContainer,
} from "./containers/container-runtime.ts";
export type { TaskPath } from "./engine/engine.ts";
export { type RunnerErrorCode, type RunnerErrorEntry, runnerErrors } from "./errors/catalogue.ts";
export { RunnerError } from "./errors/runner-error.ts";
export type { RunEvent, RunRecord, RunState, TaskError, TaskKind, TaskState } from "./events/run-event.ts";
export type { Finding } from "./findings/finding.ts";
export { type LintOptions, lintPipeline } from "./findings/lint-pipeline.ts";
export { bubblewrap } from "./isolation/bubblewrap.ts";
export { createRunner } from "./runs/create-runner.ts";
export { type RunFolder, runFolder } from "./runs/run-folder.ts";
export type {
  ArtifactContent,
  RunHandle,
  Runner,
  RunnerOptions,
  RunRequest,
  RunView,
  S3Options,
  TaskView,
} from "./runs/runner.ts";
export { type AttemptFolder, attemptFolder } from "./tasks/attempt-folder.ts";
export { type Artifact, noValues, type Values } from "./values/values.ts";
