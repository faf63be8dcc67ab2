import { ApiError } from "./api-error.ts";
import type { ErrorCode } from "./catalogue.ts";

/** An answer with what was asked, for those who say what is wrong with it. */
export interface Answer {
  /** Resource and verb: `runs.get`. */
  readonly operation: string;
  readonly method: string;
  /** The path that was asked for, without its query. */
  readonly path: string;
  /** The endpoint. */
  readonly host: string;
  /** Whether credentials were sent. */
  readonly authenticated: boolean;
  readonly status: number;
  readonly contentType: string;
  /** The `Location` header. */
  readonly location: string | undefined;
  readonly requestId: string | undefined;
  readonly body: string;
}

/** Makes the error for an answer. */
export function answerError(answer: Answer, code: ErrorCode, fact: string, fix?: string, grpcCode?: number): ApiError {
  const { operation, method, path, status, requestId } = answer;
  return new ApiError(
    code,
    { message: `${operation}: ${fact}`, fix },
    { operation, method, path, status, requestId, grpcCode },
  );
}

/** Nobody said who is asking, or what was said was not accepted. */
export function unauthenticated(answer: Answer, fact: string, grpcCode?: number): ApiError {
  const fix = answer.authenticated
    ? "The credentials were refused: they are expired, or meant for another server. Renew them."
    : "Pass credentials.";
  return answerError(answer, "UNAUTHENTICATED", fact, fix, grpcCode);
}
