import { errorBody, gatewayErrorBody, StatusError, uploadErrorBody } from "@kfp-ts/api";
import { AccessUnavailable } from "../services/access-unavailable.ts";
import { UploadRefusal } from "../services/upload-refusal.ts";
import { type Answer, jsonAnswer, textAnswer } from "./exchange.ts";

/** A refusal in the shape of the gateway, with the details that services add. */
export function errorAnswer(error: StatusError): Answer {
  const body = { ...errorBody(shortened(error)), message: cut(messageOf(error)) };
  const answer = jsonAnswer(error.httpStatus, JSON.stringify(body));
  return {
    ...answer,
    ...(error.httpStatus === 408 && { close: true }),
    headers: {
      ...answer.headers,
      ...(error.code === "UNAUTHENTICATED" && { "www-authenticate": headerText(error.message) }),
      ...((error.code === "UNAVAILABLE" || error.httpStatus === 429) && { "retry-after": retryAfter(error) }),
    },
  };
}

/** In whole seconds: as whoever could not be asked says, else soon. */
function retryAfter(error: StatusError): string {
  const known = error instanceof UploadRefusal ? error.cause : error;
  return String(known instanceof AccessUnavailable ? Math.max(1, Math.ceil(known.retryAfterSeconds)) : 1);
}

/** How much of a refusal is told, in characters: some repeat what they were given, and that can be megabytes. */
const MAX_TEXT = 10_000;

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

function shortened(error: StatusError): StatusError {
  return error.message.length <= MAX_TEXT ? error : new StatusError(error.code, cut(error.message));
}

/**
 * Upstream's texts are kept where clients know them, in the details; what caused them stands behind, as with upstream,
 * as far as it was written for the caller: a cause of another kind is for the log.
 */
export function messageOf({ message, cause }: StatusError): string {
  return cause instanceof StatusError ? `${message}: ${messageOf(cause)}` : message;
}

/** A refused upload: as its service says, or in the shape that upstream has for what goes wrong before. */
export function uploadErrorAnswer(error: StatusError): Answer {
  const { httpStatus: status } = error;
  const { headers, close } = errorAnswer(error);
  const form = error instanceof UploadRefusal ? error.form : "json as text";
  const details = error instanceof UploadRefusal ? error.details : error.message;
  const body = uploadErrorBody(cut(error.message), cut(details));
  const plain =
    form === "text"
      ? textAnswer(status, `${cut(error.message)}\n`)
      : form === "json"
        ? jsonAnswer(status, JSON.stringify(body))
        : textAnswer(status, JSON.stringify(body));
  return { ...plain, headers: { ...headers, ...plain.headers }, ...(close && { close }) };
}

/** No route has this path. */
export const unknownPathAnswer: Answer = jsonAnswer(404, JSON.stringify(gatewayErrorBody("NOT_FOUND", "Not Found")));

/** A route has this path, but not with this method: 501, as the gateway of upstream answers. */
export const otherMethodAnswer: Answer = jsonAnswer(
  501,
  JSON.stringify(gatewayErrorBody("UNIMPLEMENTED", "Method Not Allowed")),
);

/** The methods that some path of upstream's API has, or that browsers and probes send. */
export const knownMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A method that nothing here has, such as TRACE, which would send back what it gets: 405, wherever it goes. */
export const unknownMethodAnswer: Answer = {
  ...otherMethodAnswer,
  status: 405,
  headers: { ...otherMethodAnswer.headers, allow: [...knownMethods].join(", ") },
};

/** A path that is not percent-encoded UTF-8. */
export const malformedPathAnswer: Answer = errorAnswer(
  new StatusError("INVALID_ARGUMENT", "malformed path: it is not percent-encoded UTF-8 without NUL"),
);

/** Nothing is served at a path outside the API. */
export const pageNotFoundAnswer: Answer = textAnswer(404, "404 page not found\n");

/** What is said of an error that nobody expected: what it was stands in the log, under the same id. */
export function unexpectedError(requestId: string, cause: unknown): StatusError {
  const text = `Internal Server Error; the server's log has the cause under the request id ${requestId}`;
  return new StatusError("INTERNAL", text, { cause });
}

/** A text as the value of a header: one line of printable ASCII. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, 1000);
}
