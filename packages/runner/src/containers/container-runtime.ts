import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";

/**
 * Executes the program of a container. What a container engine would have to be to be added; here there are two: one for
 * Python's lightweight components, and one for programs that this machine has.
 */
export interface ContainerRuntime {
  readonly name: string;
  /**
   * Whether it can execute a container, asked before the first task.
   *
   * @returns undefined where it can, else the fact: `the image alpine takes a container engine`.
   */
  refuses(container: ContainerSpec): Promise<string | undefined>;
  /**
   * Makes ready what a container needs and what takes long, such as a Python environment; callers at once share it.
   *
   * @throws RunnerError (ENVIRONMENT_FAILED)
   */
  prepare(container: ContainerSpec, options: { readonly signal: AbortSignal }): Promise<PreparedContainer>;
  /** Ends all that it keeps running, such as warm workers. */
  close(): Promise<void>;
}

/** A container that can be started. */
export interface PreparedContainer {
  /**
   * What its results depend on beside command, arguments and inputs: interpreter and installed packages, or the program.
   * Part of the key of the cache.
   */
  readonly environment: string;
  start(job: ContainerJob): Promise<ContainerEnd>;
}

/** One execution. All placeholders are replaced. */
export interface ContainerJob {
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** The whole environment that the task asks for; the runtime adds what a program needs (PATH, HOME, TMPDIR), nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the attempt: all that the program may write, and its working directory is `work` below it. */
  readonly folder: string;
  /** What else it sees: artifacts that it reads, the workspace. */
  readonly mounts: readonly Mount[];
  /** Where stdout and stderr go, as one. */
  readonly logFile: string;
  readonly timeLimitMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Told once the process is there. */
  readonly onProcess?:
    | ((process: { readonly processGroup: number; readonly processStart: string }) => void)
    | undefined;
}

/** A folder or file of this machine that the program sees. */
export interface Mount {
  readonly source: string;
  /** Where the program sees it; isolation makes that so. Without isolation it has to be the source. */
  readonly target: string;
  readonly writable: boolean;
}

/** How a program ended. */
export interface ContainerEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Who ended it, where it did not end by itself. */
  readonly endedBy?: "time limit" | "abort" | "log limit" | undefined;
}
