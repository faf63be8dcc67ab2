import type { TokenFacts } from "../credentials/token-facts.ts";
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
  /** What the token that was sent says of itself, where it is a JWT. */
  readonly token: TokenFacts | undefined;
  /** Whether a header was sent that only a gateway may set: it names the user. */
  readonly claimsIdentity: boolean;
  /** When the answer came, in milliseconds since 1970. */
  readonly now: number;
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
