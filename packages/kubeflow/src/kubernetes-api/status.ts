import { StatusError } from "../tokens/status-error.ts";

/** An answer of the API: its status and its body, which is JSON unless `contentType` says something else. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
}

/** A refusal as the object that the Kubernetes API answers with. */
export function statusOf({ code, reason, message, details }: StatusError): ApiAnswer {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  return { status: code, body };
}

/** The token is not accepted. */
export function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

/** The request makes no sense. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** The path is there, and not with this method. */
export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(405, "MethodNotAllowed", message, {});
}
