import { type Status, type StatusCode, statusCodes } from "@kfp-ts/api";
import type { RunnerErrorCode, TaskError } from "@kfp-ts/runner";

const CODES: Partial<Readonly<Record<RunnerErrorCode, StatusCode>>> = {
  PIPELINE_INVALID: "INVALID_ARGUMENT",
  PARAMETERS_INVALID: "INVALID_ARGUMENT",
  CANNOT_RUN_HERE: "FAILED_PRECONDITION",
  ISOLATION_UNAVAILABLE: "FAILED_PRECONDITION",
  TIME_LIMIT: "DEADLINE_EXCEEDED",
};

/** Why a run or a task failed, as the API has it: the code of the runner stands before its message. */
export function statusOf({ code, message }: Pick<TaskError, "code" | "message">): Status {
  return { code: statusCodes[CODES[code] ?? "UNKNOWN"].grpc, message: `${code}: ${message}` };
}

/** An error of the runner, by its name: one of another bundle has a class of its own. */
export function isRunnerError(error: unknown): error is Error & { readonly code: RunnerErrorCode } {
  return error instanceof Error && error.name === "RunnerError" && "code" in error;
}
