import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import { artifactContent } from "../artifacts/artifact-content.ts";
import type { ArtifactStores } from "../artifacts/artifact-stores.ts";
import type { ContainerRuntime } from "../containers/container-runtime.ts";
import { Slots } from "../engine/slots.ts";
import { RunnerError } from "../errors/runner-error.ts";
import { followEvents, nowAndThen } from "../events/follow-events.ts";
import type { RunEvent, RunRecord } from "../events/run-event.ts";
import { checkPipeline } from "../findings/check-pipeline.ts";
import type { Finding } from "../findings/finding.ts";
import { refusalsOf } from "../findings/refusals-of.ts";
import type { Isolation } from "../isolation/isolation.ts";
import { outOfReach } from "../plan/out-of-reach.ts";
import type { Plan } from "../plan/plan.ts";
import { planOf } from "../plan/plan-of.ts";
import { rootInputs } from "../plan/root-inputs.ts";
import { attemptFolder } from "../tasks/attempt-folder.ts";
import { createTaskExecutor } from "../tasks/task-executor.ts";
import { own } from "../values/own.ts";
import type { Values } from "../values/values.ts";
import { openParts, type Parts } from "./open-parts.ts";
import { RunExecution } from "./run-execution.ts";
import type { RunFolder } from "./run-folder.ts";
import { lockHolder } from "./run-lock.ts";
import { RunStore } from "./run-store.ts";
import { RunViews } from "./run-views.ts";
import type { ArtifactContent, RunHandle, Runner, RunnerOptions, RunRequest, RunView } from "./runner.ts";

/**
 * Opens a folder of runs, to execute pipelines on this machine.
 *
 * @throws RunnerError OPTION_INVALID, STORE_FAILED
 */
export async function createRunner(given: RunnerOptions): Promise<Runner> {
  // Programs are started in other folders than this process.
  const options = { ...given, folder: resolve(given.folder) };
  const { jobs = availableParallelism(), clock = { now: () => Date.now() } } = options;
  const slots = new Slots(jobs);
  const store = await RunStore.open(options.folder);
  const parts = openParts(options);
  return new LocalRunner({ options, store, clock, slots, ...parts });
}

/** What a runner is put together of. */
interface LocalRunnerParts {
  readonly options: RunnerOptions;
  readonly store: RunStore;
  readonly clock: { now(): number };
  readonly slots: Slots;
  readonly isolation: Isolation;
  readonly runtimes: readonly ContainerRuntime[];
  readonly artifacts: ArtifactStores;
  readonly cacheOf: Parts["cacheOf"];
}

class LocalRunner implements Runner {
  readonly #parts: LocalRunnerParts;
  readonly #underWay = new Map<string, RunExecution>();
  /** Executions that are about to be under way. */
  readonly #beginning = new Set<Promise<RunExecution>>();
  readonly #views: RunViews;
  #closed = false;

  constructor(parts: LocalRunnerParts) {
    this.#parts = parts;
    this.#views = new RunViews({ store: parts.store });
  }

  async check(pipeline: ParsedPipeline): Promise<readonly Finding[]> {
    return await checkPipeline(pipeline, this.#parts.runtimes);
  }

  async start(request: RunRequest): Promise<RunHandle> {
    const { store, clock } = this.#parts;
    const { pipeline, parameters = {} } = request;
    const plan = planOf(pipeline);
    const record: RunRecord = {
      runId: request.runId ?? randomUUID(),
      displayName: request.displayName ?? `${plan.pipelineName} ${new Date(clock.now()).toISOString().slice(0, 19)}`,
      pipelineName: plan.pipelineName,
      createdAt: clock.now(),
      parameters,
      artifacts: listsOf(request.artifacts ?? {}),
      // What a pipeline says for another cluster is no reason not to run it here.
      pipelineRoot: request.pipelineRoot ?? (this.#parts.artifacts.reaches(plan.pipelineRoot) ? plan.pipelineRoot : ""),
      namespace: request.namespace ?? "",
      scheduledAt: request.scheduledAt ?? clock.now(),
      cache: request.cache ?? true,
      timeLimitMs: request.timeLimitMs,
      taskTimeLimitMs: request.taskTimeLimitMs,
    };
    await this.#checkRunsHere(plan, record, rootInputs(pipeline, plan, record.parameters, record.artifacts));
    const folder = await store.create(record, pipeline);
    return await this.#begin(record, pipeline, plan, folder, false);
  }

  async resume(runId: string, { retryFailed = false } = {}): Promise<RunHandle> {
    const { store, options } = this.#parts;
    const record = await store.record(runId);
    if (record === undefined) throw notFound(runId, options.folder);
    const pipeline = await store.pipeline(runId);
    const plan = planOf(pipeline);
    await this.#checkRunsHere(plan, record, rootInputs(pipeline, plan, record.parameters, record.artifacts));
    return await this.#begin(record, pipeline, plan, store.folderOf(runId), retryFailed);
  }

  async get(runId: string): Promise<RunView | undefined> {
    return await this.#views.get(runId);
  }

  async list(): Promise<readonly RunRecord[]> {
    return await this.#parts.store.list();
  }

  async *events(runId: string): AsyncIterable<RunEvent> {
    const here = this.#underWay.get(runId);
    const { path, events } = this.#parts.store.folderOf(runId);
    if (here !== undefined) yield* here.events();
    else {
      const over = async () => (await lockHolder(path)) === undefined;
      yield* followEvents(events, { changed: nowAndThen, over });
    }
  }

  async log(
    runId: string,
    task: string,
    {
      attempt,
      follow = false,
      signal,
    }: { readonly attempt?: number; readonly follow?: boolean; readonly signal?: AbortSignal } = {},
  ) {
    const { readLog } = await import("./task-log.ts");
    const found = await this.#views.task(runId, task);
    if (found === undefined || found.task.attempts === 0) return undefined;
    const number = attempt ?? found.task.attempts;
    const { log } = attemptFolder(this.#parts.store.folderOf(runId).tasks, task, number);
    const isOver = async () => {
      const now = await this.#views.task(runId, task);
      return !now?.underWay || now.task.state !== "RUNNING" || now.task.attempts > number;
    };
    return await readLog(log, { isOver: follow ? isOver : undefined, signal });
  }

  async artifact(runId: string, task: string, output: string, index = 0): Promise<ArtifactContent | undefined> {
    const { artifacts, options, isolation, store } = this.#parts;
    const from = task === "" ? await this.#views.get(runId) : (await this.#views.task(runId, task))?.task;
    const artifact = own(from?.outputs.artifacts, output)?.[index];
    if (artifact === undefined) return undefined;
    const within = isolation.movesPaths ? store.folderOf(runId).path : undefined;
    const content = await artifactContent(artifact, artifacts, { temporary: join(options.folder, "new"), within });
    return content && { artifact, ...content };
  }

  async delete(runId: string): Promise<void> {
    const { store, options } = this.#parts;
    if ((await store.record(runId)) === undefined) throw notFound(runId, options.folder);
    const holder = await lockHolder(store.folderOf(runId).path);
    if (holder !== undefined) {
      throw new RunnerError("RUN_BUSY", `the run ${runId} is executed by process ${holder.processId}: end it first`);
    }
    await store.delete(runId);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#beginning);
    await Promise.all([...this.#underWay.values()].map((execution) => execution.interrupt()));
    await Promise.all(this.#parts.runtimes.map((runtime) => runtime.close()));
    this.#views.clear();
  }

  async #begin(
    record: RunRecord,
    pipeline: ParsedPipeline,
    plan: Plan,
    folder: RunFolder,
    retryFailed: boolean,
  ): Promise<RunHandle> {
    if (this.#closed) throw new RunnerError("RUN_INTERRUPTED", "the runner is closed");
    const { slots, clock, runtimes, artifacts, isolation, cacheOf } = this.#parts;
    const workspace = plan.workspace
      ? { folder: folder.workspace, path: isolation.movesPaths ? "/kfp-workspace" : folder.workspace }
      : undefined;
    const beginning = RunExecution.begin({
      record,
      plan,
      inputs: rootInputs(pipeline, plan, record.parameters, record.artifacts),
      folder,
      workspace,
      slots,
      clock,
      execute: (emit) =>
        createTaskExecutor({
          record,
          tasksFolder: folder.tasks,
          pipelineRoot: record.pipelineRoot,
          workspace,
          runtimes,
          artifacts,
          cache: cacheOf(record, plan.workspace),
          movesPaths: isolation.movesPaths,
          clock,
          emit,
        }),
      view: () => this.#viewOf(record.runId),
      retryFailed,
    });
    return await this.#keep(record.runId, beginning);
  }

  /** Keeps a run for as long as it is under way. At no moment between its beginning and its end is it unknown to `close`. */
  async #keep(runId: string, beginning: Promise<RunExecution>): Promise<RunExecution> {
    const kept = beginning.then((execution) => {
      this.#underWay.set(runId, execution);
      const forget = () => {
        if (this.#underWay.get(runId) === execution) this.#underWay.delete(runId);
      };
      execution.ended.then(forget, forget);
      return execution;
    });
    this.#beginning.add(kept);
    const begun = () => this.#beginning.delete(kept);
    kept.then(begun, begun);
    return await kept;
  }

  async #viewOf(runId: string): Promise<RunView> {
    const view = await this.#views.get(runId);
    if (view === undefined) throw notFound(runId, this.#parts.options.folder);
    return view;
  }

  /** All that is in the way is said before the first task, at once. */
  async #checkRunsHere(plan: Plan, { pipelineRoot }: RunRecord, inputs: Values): Promise<void> {
    const { isolation, runtimes, artifacts } = this.#parts;
    const reason = await isolation.unavailable();
    if (reason !== undefined) {
      throw new RunnerError(
        "ISOLATION_UNAVAILABLE",
        `tasks cannot be isolated: ${reason}. Install bubblewrap (Debian: apt-get install bubblewrap), or run your own pipelines with --isolation none`,
      );
    }
    const refusals = await refusalsOf(plan, runtimes);
    if (refusals.size > 0) {
      const images = new Map<string, string>();
      for (const component of plan.components.values()) {
        if (component.kind !== "container") continue;
        const refusal = refusals.get(component.executorLabel);
        if (refusal !== undefined) images.set(component.container.image || "(without a name)", refusal);
      }
      const list = [...images].map(([image, refusal]) => `image ${image}: ${refusal}`).join("\n  ");
      throw new RunnerError("CANNOT_RUN_HERE", `this machine cannot run all tasks of the pipeline:\n  ${list}`);
    }
    if (pipelineRoot !== "") artifacts.storeOf(pipelineRoot);
    const missing = outOfReach(plan, inputs, artifacts.reaches);
    if (missing.length > 0) {
      const list = missing.map(({ uri, reader }) => `${uri}: the task ${reader} reads it`).join("\n  ");
      throw new RunnerError(
        "CANNOT_RUN_HERE",
        `this machine cannot read all artifacts of the pipeline (only ${artifacts.known.join(", ")}):\n  ${list}`,
      );
    }
  }
}

function notFound(runId: string, folder: string): RunnerError {
  return new RunnerError("RUN_NOT_FOUND", `there is no run ${runId} in ${folder}`);
}

function listsOf(
  artifacts: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(artifacts).map(([name, uris]) => [name, typeof uris === "string" ? [uris] : uris]),
  );
}
