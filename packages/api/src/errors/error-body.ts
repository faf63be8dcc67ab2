import { type StatusCode, statusCodes } from "./status-codes.ts";
import type { StatusError } from "./status-error.ts";

/** The body of every refusal under `/apis`, except those of uploads and of artifact reads. */
export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly details?: ReadonlyArray<{ readonly "@type": string; readonly code: number; readonly message: string }>;
}

/** The body of a refused upload and of a refused artifact read. */
export interface UploadErrorBody {
  readonly error_message: string;
  readonly error_details: string;
}

const STATUS_TYPE = "type.googleapis.com/google.rpc.Status";

/**
 * The JSON body of a refusal. Upstream puts the whole chain of wrapped errors into `message` and the text for the
 * caller into `details[0].message`; here both are the text for the caller, because the chain is for the log.
 */
export function errorBody(error: StatusError): ErrorBody {
  const code = statusCodes[error.code].grpc;
  return {
    code,
    message: error.message,
    details: [{ "@type": STATUS_TYPE, code, message: error.message }],
  };
}

/** The body with which the gateway itself answers, before any service is asked: unknown routes and wrong methods. */
export function gatewayErrorBody(code: StatusCode, message: string): ErrorBody {
  return { code: statusCodes[code].grpc, message };
}

/** The body of a refused upload; `details` defaults to the message. */
export function uploadErrorBody(message: string, details: string = message): UploadErrorBody {
  return { error_message: message, error_details: details };
}
