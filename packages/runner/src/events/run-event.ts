import type { JsonObject } from "@kfp-ts/api";
import type { RunnerErrorCode } from "../errors/catalogue.ts";
import type { Values } from "../values/values.ts";

/** How a run stands. It never leaves one of the last three, except that a failed or canceled one can be retried. */
export type RunState = "PENDING" | "RUNNING" | "CANCELING" | "SUCCEEDED" | "FAILED" | "CANCELED";

/**
 * How a task stands. SKIPPED: its condition does not hold. OMITTED: a task that it waits for did not succeed.
 */
export type TaskState = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "SKIPPED" | "OMITTED" | "CANCELED";

/** What kind of node a task is. */
export type TaskKind = "container" | "importer" | "graph" | "loop";

/** Why a task failed. */
export interface TaskError {
  readonly code: RunnerErrorCode;
  readonly message: string;
  /** Where its process ended with a code. */
  readonly exitCode?: number | undefined;
  /** Where its process was ended by a signal. */
  readonly signal?: string | undefined;
}

/**
 * What happens in a run, in the order in which it happens. The log of these is all that a run needs to be shown, and to
 * be taken up again: everything else follows from the plan. `at` is in milliseconds since 1970.
 */
export type RunEvent =
  | { readonly type: "run started"; readonly at: number }
  /** The process that had it is gone, or somebody wants its failed tasks executed again. */
  | { readonly type: "run resumed"; readonly at: number; readonly retryFailed: boolean }
  | { readonly type: "run canceling"; readonly at: number }
  | {
      readonly type: "run ended";
      readonly at: number;
      readonly state: "SUCCEEDED" | "FAILED" | "CANCELED";
      readonly outputs: Values;
      readonly error?: TaskError | undefined;
    }
  /** A leaf: its attempt begins. A graph or loop: its first task may begin. */
  | {
      readonly type: "task started";
      readonly at: number;
      readonly task: string;
      readonly kind: TaskKind;
      readonly attempt: number;
      readonly inputs: Values;
    }
  /** The process of an attempt, so that whoever resumes the run can end what is left of it. */
  | {
      readonly type: "task process";
      readonly at: number;
      readonly task: string;
      readonly attempt: number;
      readonly processGroup: number;
      readonly processStart: string;
    }
  /** An attempt failed, and another one follows. */
  | {
      readonly type: "attempt failed";
      readonly at: number;
      readonly task: string;
      readonly attempt: number;
      readonly error: TaskError;
      readonly retryInMs: number;
    }
  | {
      readonly type: "task ended";
      readonly at: number;
      readonly task: string;
      readonly state: Exclude<TaskState, "PENDING" | "RUNNING">;
      readonly outputs?: Values | undefined;
      readonly error?: TaskError | undefined;
      readonly cached?: { readonly runId: string; readonly task: string } | undefined;
    };

/** What is written down of a run before its first event. */
export interface RunRecord {
  readonly runId: string;
  readonly displayName: string;
  readonly pipelineName: string;
  readonly createdAt: number;
  readonly parameters: JsonObject;
  /** Artifacts that go in at the root, by name: their URIs. */
  readonly artifacts: Readonly<Record<string, readonly string[]>>;
  readonly pipelineRoot: string;
  readonly namespace: string;
  readonly scheduledAt: number;
  readonly cache: boolean;
  /** In milliseconds, anew whenever the run is taken up; undefined where there is none. */
  readonly timeLimitMs?: number | undefined;
  /** In milliseconds, for each attempt of a task; undefined where there is none. */
  readonly taskTimeLimitMs?: number | undefined;
}
