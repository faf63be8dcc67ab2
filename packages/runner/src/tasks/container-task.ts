import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isLocal } from "../artifacts/artifact-stores.ts";
import { localPath } from "../artifacts/local-path.ts";
import type { ContainerEnd, ContainerJob, Mount } from "../containers/container-runtime.ts";
import { runtimeFor } from "../containers/runtime-for.ts";
import type { ReadyTask, TaskResult } from "../engine/engine.ts";
import { stored } from "../events/event-log.ts";
import { executorLookup } from "../placeholders/executor-lookup.ts";
import { expandArguments } from "../placeholders/expand-arguments.ts";
import { substitute } from "../placeholders/substitute.ts";
import type { ContainerComponent } from "../plan/plan.ts";
import type { Artifact, Values } from "../values/values.ts";
import { type AttemptFolder, attemptFolder } from "./attempt-folder.ts";
import type { ExecutorInput, RuntimeArtifact } from "./executor-input.ts";
import { readExecutorOutput } from "./executor-output.ts";
import { logEnd } from "./log-end.ts";
import { checkWithin, outputArtifacts } from "./output-artifacts.ts";
import { outputParameters } from "./output-parameters.ts";
import { plannedOutputs } from "./planned-outputs.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";

/**
 * Executes an attempt of a container: makes its folder, gives it its inputs as the contract of components says, and
 * reads what it wrote.
 *
 * @throws RunnerError for what the task cannot be executed for; STORE_FAILED where the folder of runs is the reason.
 */
export async function executeContainer(
  options: TaskExecutorOptions,
  ready: ReadyTask,
  component: ContainerComponent,
  signal: AbortSignal,
): Promise<TaskResult> {
  const folder = attemptFolder(options.tasksFolder, ready.path, ready.attempt);
  const root = options.pipelineRoot === "" ? "" : artifactRoot(options, ready);
  const input: ExecutorInput = {
    inputs: executorInputs(ready.inputs),
    outputs: plannedOutputs(component, folder, root),
  };
  const lookup = executorLookup(input, options.workspace?.path);
  const image = substitute(component.container.image ?? "", lookup);
  const container = { ...component.container, image };
  const prepared = await (await runtimeFor(options.runtimes, container)).prepare(container, { signal });
  const key = await options.cache?.keyOf(ready, component, { image, environment: prepared.environment });
  const hit = key === undefined ? undefined : await options.cache?.find(key);
  if (hit !== undefined) return { outcome: "succeeded", outputs: hit.outputs, cached: hit.from };

  await stored(folder.path, () => prepareFolder(folder, input));
  const words = {
    lookup,
    isPresent: (name: string) =>
      (input.inputs.parameterValues?.[name] ?? null) !== null ||
      (input.inputs.artifacts?.[name]?.artifacts.length ?? 0) > 0,
  };
  const downloads = await download(options, ready.inputs, folder, signal);
  const job: ContainerJob = {
    image,
    command: expandArguments(container.command ?? [], words),
    args: expandArguments(container.args ?? [], words),
    env: Object.fromEntries(
      (container.env ?? []).map(({ name = "", value = "" }) => [name, substitute(value, lookup)]),
    ),
    folder: folder.path,
    mounts: [...mountsOf(options, ready.inputs), ...downloads],
    logFile: folder.log,
    timeLimitMs: options.record.taskTimeLimitMs,
    signal,
    onProcess: ({ processGroup, processStart }) => {
      const at = options.clock.now();
      const process = { at, task: ready.path, attempt: ready.attempt, processGroup, processStart };
      // Where it cannot be written down, the end of the task cannot be either, and stops the run.
      options.emit({ type: "task process", ...process }).catch(() => {});
    },
  };
  const end = await prepared.start(job);
  const failure = await failureOf(end, options, folder);
  if (failure !== undefined) return failure;
  const outputs = await collected(options, component, input, folder, job.mounts);
  await upload(options, outputs, signal);
  if (key !== undefined) await options.cache?.store(key, ready.path, outputs);
  return { outcome: "succeeded", outputs };
}

function executorInputs({ parameters, artifacts }: Values): ExecutorInput["inputs"] {
  const lists = Object.entries(artifacts).map(([name, list]) => [name, { artifacts: list.map(runtimeArtifact) }]);
  return {
    ...(Object.keys(parameters).length > 0 && { parameterValues: parameters }),
    ...(lists.length > 0 && { artifacts: Object.fromEntries(lists) }),
  };
}

function runtimeArtifact({ name, type, uri, metadata, customPath }: Artifact): RuntimeArtifact {
  return { name, type, uri, metadata, ...(customPath ? { customPath } : {}) };
}

/** A place of its own for each attempt, as on a cluster. */
function artifactRoot({ pipelineRoot, record }: TaskExecutorOptions, { path, attempt }: ReadyTask): string {
  return `${pipelineRoot.replace(/\/+$/, "")}/${record.pipelineName}/${record.runId}/${path}/${attempt}`;
}

async function prepareFolder(folder: AttemptFolder, input: ExecutorInput): Promise<void> {
  // An attempt that was interrupted may have left something: it begins again with nothing.
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  for (const path of [folder.work, folder.outputs, folder.artifacts, folder.home, folder.temporary]) {
    await mkdir(path, { mode: 0o700 });
  }
  await writeFile(folder.executorInput, JSON.stringify(input), { mode: 0o600 });
  await writeFile(folder.log, "", { mode: 0o600 });
}

/** What a task sees beside its folder: the artifacts that it reads, and what the tasks of its run share. */
function mountsOf({ workspace }: TaskExecutorOptions, { artifacts }: Values): Mount[] {
  const paths = new Set(
    Object.values(artifacts)
      .flat()
      .filter(({ uri }) => isLocal(uri))
      .map(({ uri, customPath }) => customPath ?? localPath(uri)),
  );
  const read = [...paths].map((path): Mount => ({ source: path, target: path, writable: false }));
  if (workspace === undefined) return read;
  return [...read, { source: workspace.folder, target: workspace.path, writable: true }];
}

async function download(
  options: TaskExecutorOptions,
  { artifacts }: Values,
  folder: AttemptFolder,
  signal: AbortSignal,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const artifact of Object.values(artifacts).flat()) {
    const store = options.artifacts.storeOf(artifact.uri);
    if (store === undefined) continue;
    const source = `${folder.path}/inputs/${mounts.length}`;
    await mkdir(dirname(source), { recursive: true, mode: 0o700 });
    await store.download(artifact.uri, source, signal);
    mounts.push({ source, target: localPath(artifact.uri), writable: false });
  }
  return mounts;
}

async function upload(options: TaskExecutorOptions, { artifacts }: Values, signal: AbortSignal): Promise<void> {
  for (const { uri, customPath } of Object.values(artifacts).flat()) {
    const store = options.artifacts.storeOf(uri);
    if (store !== undefined) await store.upload(customPath ?? localPath(uri), uri, signal);
  }
}

async function failureOf(
  { exitCode, signal, endedBy }: ContainerEnd,
  { record }: TaskExecutorOptions,
  { log }: AttemptFolder,
): Promise<TaskResult | undefined> {
  if (endedBy === "abort") return { outcome: "canceled" };
  const how = { ...(exitCode === undefined ? {} : { exitCode }), ...(signal === undefined ? {} : { signal }) };
  if (endedBy === "time limit") {
    const message = `the task took longer than ${(record.taskTimeLimitMs ?? 0) / 1000} seconds, and was ended`;
    return { outcome: "failed", error: { code: "TIME_LIMIT", message, ...how } };
  }
  if (endedBy === "log limit") {
    return {
      outcome: "failed",
      error: { code: "TASK_FAILED", message: "the task wrote too much to its log, and was ended", ...how },
    };
  }
  if (exitCode === 0) return undefined;
  const fact = exitCode === undefined ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
  const end = await logEnd(log);
  const message = `the program ${fact}${end === "" ? " and wrote nothing to its log" : `; the end of its log:\n${end}`}`;
  return { outcome: "failed", error: { code: "TASK_FAILED", message, ...how } };
}

async function collected(
  { workspace, tasksFolder }: TaskExecutorOptions,
  component: ContainerComponent,
  input: ExecutorInput,
  folder: AttemptFolder,
  mounts: readonly Mount[],
): Promise<Values> {
  const written = await readExecutorOutput(folder.outputMetadata);
  const parameters = await outputParameters(component.outputs.parameters, written, folder.outputs);
  const artifacts = outputArtifacts(component.outputs.artifacts, input.outputs.artifacts ?? {}, written);
  const within = [folder.path, ...mounts.map(({ source }) => source), ...(workspace ? [workspace.folder] : [])];
  for (const artifact of Object.values(artifacts).flat()) await checkWithin(artifact, [...within, tasksFolder]);
  return { parameters, artifacts };
}
