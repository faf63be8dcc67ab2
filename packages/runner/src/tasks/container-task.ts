import { access, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import type { ContainerEnd, ContainerJob, Mount } from "../containers/container-runtime.ts";
import { runtimeFor } from "../containers/runtime-for.ts";
import type { ReadyTask, TaskResult } from "../engine/engine.ts";
import { RunnerError } from "../errors/runner-error.ts";
import { stored, storeFailure } from "../events/event-log.ts";
import { executorLookup } from "../placeholders/executor-lookup.ts";
import { expandArguments } from "../placeholders/expand-arguments.ts";
import { substitute } from "../placeholders/substitute.ts";
import type { ContainerComponent } from "../plan/plan.ts";
import type { Artifact, Values } from "../values/values.ts";
import { ArtifactPlaces } from "./artifact-places.ts";
import { type AttemptFolder, attemptFolder } from "./attempt-folder.ts";
import type { ExecutorInput, RuntimeArtifact } from "./executor-input.ts";
import { invalid, readExecutorOutput } from "./executor-output.ts";
import { logEnd } from "./log-end.ts";
import { outputArtifacts } from "./output-artifacts.ts";
import { outputParameters } from "./output-parameters.ts";
import { plannedOutputs } from "./planned-outputs.ts";
import { settleArtifact } from "./settle-artifact.ts";
import type { TaskExecutorOptions } from "./task-executor.ts";
import { whoItIs } from "./who-it-is.ts";

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
  const places = new ArtifactPlaces(options, ready, folder);
  const input: ExecutorInput = {
    inputs: executorInputs(ready.inputs, places),
    outputs: plannedOutputs(component, folder, places.root),
  };
  const lookup = executorLookup(input, options.workspace?.path);
  const image = substitute(component.container.image ?? "", lookup);
  const container = { ...component.container, image };
  const prepared = await (await runtimeFor(options.runtimes, container)).prepare(container, { signal });
  const key = await options.cache?.keyOf(ready, component, { image, environment: prepared.environment, signal });
  const hit = key === undefined ? undefined : await options.cache?.find(key, folder.artifacts);
  if (hit !== undefined) return { outcome: "succeeded", outputs: hit.outputs, cached: hit.from };
  await stored(folder.path, () => prepareFolder(folder, input));
  const identity = options.movesPaths ? await stored(folder.path, () => whoItIs(folder)) : [];

  const words = {
    lookup,
    isPresent: (name: string) =>
      (input.inputs.parameterValues?.[name] ?? null) !== null ||
      (input.inputs.artifacts?.[name]?.artifacts.length ?? 0) > 0,
  };
  await places.download(signal);
  const timeLimitMs = timeLimitOf(options, component);
  const job: ContainerJob = {
    image,
    command: expandArguments(container.command ?? [], words),
    args: expandArguments(container.args ?? [], words),
    env: Object.fromEntries(
      (container.env ?? []).map(({ name = "", value = "" }) => [name, substitute(value, lookup)]),
    ),
    folder: folder.path,
    mounts: [...identity, ...(await presentOf(places.mounts))],
    logFile: folder.log,
    timeLimitMs,
    signal,
    onProcess: ({ processGroup, processStart }) => {
      const at = options.clock.now();
      const process = { at, task: ready.path, attempt: ready.attempt, processGroup, processStart };
      // Where it cannot be written down, the end of the task cannot be either, and stops the run.
      options.emit({ type: "task process", ...process }).catch(() => {});
    },
  };
  const end = await prepared.start(job);
  const failure = await failureOf(end, timeLimitMs, folder);
  if (failure !== undefined) return failure;
  const outputs = await readable(() => collected(options, component, { input, folder, places, signal }));
  // What is in the folder that tasks share changes while it would be kept.
  const shared = Object.values(outputs.artifacts).some((list) => list.some(({ uri }) => places.isShared(uri)));
  if (key !== undefined && !shared) await options.cache?.store(key, ready.path, outputs);
  return { outcome: "succeeded", outputs };
}

/** Whether there is no room left on the disk of a folder; false where the system does not say. */
async function isFull(path: string): Promise<boolean> {
  return await statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize < 4096,
    () => false,
  );
}

function executorInputs({ parameters, artifacts }: Values, places: ArtifactPlaces): ExecutorInput["inputs"] {
  const lists = Object.entries(artifacts).map(([name, list]) => [
    name,
    { artifacts: list.map((artifact) => runtimeArtifact(places.given(artifact))) },
  ]);
  return {
    ...(Object.keys(parameters).length > 0 && { parameterValues: parameters }),
    ...(lists.length > 0 && { artifacts: Object.fromEntries(lists) }),
  };
}

function runtimeArtifact({ name, type, uri, metadata, customPath }: Artifact): RuntimeArtifact {
  return { name, type, uri, metadata, ...(customPath ? { customPath } : {}) };
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

/** What is not there cannot be shown: then the component finds nothing there, which is for it to judge. */
async function presentOf(mounts: readonly Mount[]): Promise<readonly Mount[]> {
  const there = await Promise.all(
    mounts.map(({ source }) =>
      access(source).then(
        () => true,
        () => false,
      ),
    ),
  );
  return mounts.filter((_mount, index) => there[index]);
}

/** The shorter one of the time that tasks of the run have, and what the pipeline says of the Pods of this one. */
function timeLimitOf({ record }: TaskExecutorOptions, { kubernetes }: ContainerComponent): number | undefined {
  const seconds = Number(kubernetes?.activeDeadlineSeconds ?? 0);
  const limits = [record.taskTimeLimitMs, seconds > 0 ? seconds * 1000 : undefined];
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

async function failureOf(
  { exitCode, signal, endedBy }: ContainerEnd,
  timeLimitMs: number | undefined,
  { log, path }: AttemptFolder,
): Promise<TaskResult | undefined> {
  if (endedBy === "abort") return { outcome: "canceled" };
  const how = { ...(exitCode === undefined ? {} : { exitCode }), ...(signal === undefined ? {} : { signal }) };
  if (endedBy === "time limit") {
    const message = `the task took longer than ${(timeLimitMs ?? 0) / 1000} seconds, and was ended`;
    return { outcome: "failed", error: { code: "TIME_LIMIT", message, ...how } };
  }
  if (endedBy === "log limit") {
    return {
      outcome: "failed",
      error: { code: "TASK_FAILED", message: "the task wrote too much to its log, and was ended", ...how },
    };
  }
  if (exitCode === 0) return undefined;
  // Where nothing can be written, the task is not to blame: the run stops, and goes on once there is room.
  if (await isFull(path)) {
    throw new RunnerError("STORE_FAILED", `${path} cannot be used: the disk is full, and a task failed there`);
  }
  const fact = exitCode === undefined ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
  const end = await logEnd(log);
  const message = `the program ${fact}${end === "" ? " and wrote nothing to its log" : `; the end of its log:\n${end}`}`;
  return { outcome: "failed", error: { code: "TASK_FAILED", message, ...how } };
}

/** What is wrong with the machine, and not with what a task has left on it. */
const OF_MACHINE: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM"]);

/** What a task made unreadable is its mistake; a disk that is full is nobody's. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof RunnerError || code === undefined) throw error;
    if (OF_MACHINE.has(code)) throw storeFailure("the folder of the run", error);
    throw invalid(`its outputs cannot be read: ${message}`);
  }
}

async function collected(
  options: TaskExecutorOptions,
  component: ContainerComponent,
  {
    input,
    folder,
    places,
    signal,
  }: {
    readonly input: ExecutorInput;
    readonly folder: AttemptFolder;
    readonly places: ArtifactPlaces;
    readonly signal: AbortSignal;
  },
): Promise<Values> {
  const written = await readExecutorOutput(folder.outputMetadata, folder.path);
  const files = input.outputs.parameters ?? {};
  const parameters = await outputParameters(component.outputs.parameters, written, files, folder.path);
  const given = outputArtifacts(component.outputs.artifacts, input.outputs.artifacts ?? {}, written);
  const artifacts = new Map<string, readonly Artifact[]>();
  for (const [name, list] of Object.entries(given)) {
    const settled: Artifact[] = [];
    for (const artifact of list) settled.push(await settleArtifact(artifact, places, options, signal));
    artifacts.set(name, settled);
  }
  return { parameters, artifacts: Object.fromEntries(artifacts) };
}
