import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type ArtifactStores, artifactStores } from "../../src/artifacts/artifact-stores.ts";
import { fileCache } from "../../src/cache/file-cache.ts";
import type { ContainerEnd, ContainerJob, ContainerRuntime } from "../../src/containers/container-runtime.ts";
import type { ReadyTask, TaskResult } from "../../src/engine/engine.ts";
import type { RunRecord } from "../../src/events/run-event.ts";
import type { ContainerComponent, Task } from "../../src/plan/plan.ts";
import type { ExecutorInput } from "../../src/tasks/executor-input.ts";
import { createTaskExecutor, type TaskExecutorOptions } from "../../src/tasks/task-executor.ts";
import { noValues, type Values } from "../../src/values/values.ts";
import { container, task } from "../engine/plans.ts";

/** What a test says of an attempt; the rest is the plainest there is. */
export interface AttemptParts {
  readonly component?: Partial<ContainerComponent>;
  readonly inputs?: Partial<Values>;
  readonly task?: Partial<Task>;
  readonly options?: Partial<TaskExecutorOptions>;
  readonly record?: Partial<RunRecord>;
  readonly environment?: string;
  /** The program; it ends with 0 where it gives nothing. */
  readonly program?: (
    job: ContainerJob,
    input: ExecutorInput,
  ) => Promise<Partial<ContainerEnd> | undefined> | Promise<void>;
  readonly signal?: AbortSignal;
  readonly cacheFolder?: string;
  readonly attempt?: number;
  readonly path?: string;
}

export const record: RunRecord = {
  runId: "run-1",
  displayName: "a run",
  pipelineName: "a-pipeline",
  createdAt: 0,
  parameters: {},
  artifacts: {},
  pipelineRoot: "",
  namespace: "",
  scheduledAt: 0,
  cache: true,
};

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder for the runs of a test; it goes with the tests of its file. */
export async function runsFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "kfp-ts-attempt-")));
  folders.push(folder);
  return folder;
}

/** A component with the argument `{{$}}`, from which the scripted program reads what it is given. */
const program = { image: "python:3.12", command: ["program"], args: ["{{$}}"] };

/** Executes one attempt of a scripted program, as the engine would. */
export async function attempt(folder: string, parts: AttemptParts = {}): Promise<TaskResult> {
  const runtime: ContainerRuntime = {
    name: "scripted",
    refuses: async () => undefined,
    prepare: async () => ({
      environment: parts.environment ?? "scripted",
      async start(job) {
        const whole = job.args.find((word) => word.startsWith('{"inputs"'));
        const end = await parts.program?.(job, JSON.parse(whole ?? "null") as ExecutorInput);
        return { exitCode: 0, signal: undefined, ...end };
      },
    }),
    close: async () => {},
  };
  const artifacts: ArtifactStores = parts.options?.artifacts ?? artifactStores({});
  const full = { ...record, ...parts.record };
  const tasksFolder = join(folder, full.runId, "tasks");
  await mkdir(tasksFolder, { recursive: true });
  const execute = createTaskExecutor({
    record: full,
    tasksFolder,
    pipelineRoot: "",
    workspace: undefined,
    runtimes: [runtime],
    artifacts,
    cache:
      parts.cacheFolder === undefined
        ? undefined
        : fileCache({ folder: parts.cacheFolder, record: full, sharesWorkspace: false, artifacts }),
    movesPaths: false,
    clock: { now: () => 0 },
    emit: async () => {},
    ...parts.options,
  });
  const component = container("comp", {
    outputs: { parameters: {}, artifacts: {} },
    container: program,
    ...parts.component,
  });
  const ready: ReadyTask = {
    path: parts.path ?? "train",
    task: task("train", { component, cache: { enabled: true, key: undefined }, ...parts.task }),
    component,
    inputs: { ...noValues, ...parts.inputs },
    attempt: parts.attempt ?? 1,
  };
  return await execute(ready, parts.signal ?? new AbortController().signal);
}

/** An output artifact that the component has. */
export function artifactOutput(name = "model", isArtifactList = false): ContainerComponent["outputs"] {
  const type = { schemaTitle: "system.Model", schemaVersion: "0.0.1" };
  return { parameters: {}, artifacts: { [name]: { artifactType: type, ...(isArtifactList && { isArtifactList }) } } };
}

/** An output parameter that the component has. */
export function parameterOutput(
  parameterType: NonNullable<ContainerComponent["outputs"]["parameters"][string]["parameterType"]>,
): ContainerComponent["outputs"] {
  return { parameters: { out: { parameterType } }, artifacts: {} };
}
