import type { JsonObject } from "@kfp-ts/api";
import type { ParsedPipeline } from "@kfp-ts/api/pipeline-spec";
import type { ContainerRuntime } from "../containers/container-runtime.ts";
import type { TaskPath } from "../engine/engine.ts";
import type { RunEvent, RunRecord, RunState, TaskError, TaskKind, TaskState } from "../events/run-event.ts";
import type { Finding } from "../findings/finding.ts";
import type { Artifact, Values } from "../values/values.ts";

/** What a runner is made with. */
export interface RunnerOptions {
  /** Where runs, their logs and their artifacts are kept. Made where it is not there, open to nobody else. */
  readonly folder: string;
  /** Where Python environments are kept: they can be made again. @default `environments` in the folder */
  readonly environmentsFolder?: string | undefined;
  /** How many tasks may be executed at once, over all runs. @default the number of processors */
  readonly jobs?: number | undefined;
  /** Whether tasks see only what is theirs, or all that the user sees. */
  readonly isolation: "bubblewrap" | "none";
  /** Whether isolated tasks reach the network. @default true */
  readonly network?: boolean | undefined;
  /** The interpreter of Python components. @default "python3" */
  readonly python?: string | undefined;
  /** Whether programs of other containers may be those of this machine. @default false */
  readonly hostCommands?: boolean | undefined;
  /** Further ways to execute containers, asked before the built-in ones. */
  readonly runtimes?: readonly ContainerRuntime[] | undefined;
  /** How much a task may write to its log, in bytes; then it is ended. @default 1 GiB */
  readonly maxLogBytes?: number | undefined;
  /** Where `s3://` and `minio://` artifacts are. */
  readonly s3?: S3Options | undefined;
  /** What a process needs to be found: PATH, HOME, proxies of pip. Nothing of it reaches a task but PATH. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: { now(): number } | undefined;
}

/** How S3 is reached. */
export interface S3Options {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Asked before each request, so that they may change. */
  readonly credentials: () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  }>;
}

/** What is to be run. */
export interface RunRequest {
  readonly pipeline: ParsedPipeline;
  readonly parameters?: JsonObject | undefined;
  /** Artifacts that go in at the root, by name: paths or URIs. */
  readonly artifacts?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** @default a new one */
  readonly runId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly namespace?: string | undefined;
  /** Milliseconds since 1970. @default now */
  readonly scheduledAt?: number | undefined;
  readonly pipelineRoot?: string | undefined;
  /** Whether results of earlier runs may be used. @default true */
  readonly cache?: boolean | undefined;
  /** How long the whole run may take, in milliseconds; anew whenever it is taken up again. */
  readonly timeLimitMs?: number | undefined;
  /** How long each attempt of a task may take, in milliseconds. */
  readonly taskTimeLimitMs?: number | undefined;
}

/** Executes pipelines on this machine, and knows the runs that it has executed. */
export interface Runner {
  /** What of a pipeline this machine cannot do or does otherwise than a cluster; empty where there is nothing. */
  check(pipeline: ParsedPipeline): Promise<readonly Finding[]>;
  /**
   * Starts a run. The promise is fulfilled once the run is stored and everything that it needs is known to be there.
   *
   * @throws RunnerError PIPELINE_INVALID, PARAMETERS_INVALID, CANNOT_RUN_HERE, ISOLATION_UNAVAILABLE, STORE_FAILED
   */
  start(request: RunRequest): Promise<RunHandle>;
  /**
   * Takes a run up again where it was: what has succeeded is not executed again.
   *
   * @param options - `retryFailed`: also one that has failed or was canceled; its failed tasks are executed again.
   * @throws RunnerError RUN_NOT_FOUND, RUN_BUSY, RUN_FINISHED
   */
  resume(runId: string, options?: { readonly retryFailed?: boolean }): Promise<RunHandle>;
  /** A run as it stands, also one that another process executes; undefined where there is none. */
  get(runId: string): Promise<RunView | undefined>;
  /** What has happened in a run and will happen, also in one that another process executes, until nobody does. */
  events(runId: string): AsyncIterable<RunEvent>;
  /** The stored runs, newest first. */
  list(): Promise<readonly RunRecord[]>;
  /**
   * The log of a task as it is, or with `follow` until the task has ended.
   *
   * @param options - `attempt`: @default the last one.
   * @returns undefined where the task has none.
   */
  log(
    runId: string,
    task: TaskPath,
    options?: { readonly attempt?: number; readonly follow?: boolean; readonly signal?: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * The content of an artifact; a folder comes as a tar archive.
   *
   * @returns undefined where the task has no such output, or nothing was written there.
   */
  artifact(runId: string, task: TaskPath, output: string, index?: number): Promise<ArtifactContent | undefined>;
  /** Forgets a run and all that it left, except what the cache still uses. @throws RunnerError RUN_BUSY */
  delete(runId: string): Promise<void>;
  /** Stops without an end for the runs under way: their tasks are ended, and the runs can be resumed. */
  close(): Promise<void>;
}

/** The content of an artifact. */
export interface ArtifactContent {
  readonly artifact: Artifact;
  /** In bytes, where it is known. */
  readonly size: number | undefined;
  readonly folder: boolean;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A run under way in this process. */
export interface RunHandle {
  readonly runId: string;
  /** All that has happened and will happen, from the beginning of the run, until it ends or the runner is closed. */
  events(): AsyncIterable<RunEvent>;
  /** Ends its tasks; its exit tasks are executed, as on a cluster. */
  cancel(): Promise<void>;
  /** How it ended. It rejects where it could not go on and can be resumed: RunnerError STORE_FAILED, or an abort at close. */
  readonly ended: Promise<RunView>;
}

/** A run as its log tells it. */
export interface RunView extends RunRecord {
  readonly state: RunState;
  readonly startedAt: number;
  /** 0 until then. */
  readonly endedAt: number;
  /** Whether a process executes it now. */
  readonly underWay: boolean;
  readonly history: readonly { readonly at: number; readonly state: RunState }[];
  readonly outputs: Values;
  readonly error?: TaskError | undefined;
  /** In the order in which they started. */
  readonly tasks: readonly TaskView[];
}

/** A task of a run as the log tells it. */
export interface TaskView {
  readonly path: TaskPath;
  readonly name: string;
  readonly displayName: string;
  readonly kind: TaskKind;
  readonly state: TaskState;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attempts: number;
  readonly inputs: Values;
  readonly outputs: Values;
  readonly cached?: { readonly runId: string; readonly task: TaskPath } | undefined;
  readonly error?: TaskError | undefined;
  readonly history: readonly { readonly at: number; readonly state: TaskState }[];
}
