import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("answer");

/** Something answered, and it is not the Pipelines API. */
export const answerErrors = {
  REDIRECTED: entry(
    "The endpoint leads somewhere else",
    "The answer is a redirection. It was not followed: an API call goes to the endpoint that was given or nowhere.",
    "Use the address that the message names as the endpoint, if you trust it.",
  ),
  NOT_THE_API: entry(
    "Something else than the Pipelines API answers",
    "The answer is a web page, plain text or other JSON. Often the path is wrong: full Kubeflow serves the API below /pipeline.",
    "Check host and path: the endpoint is what stands before /apis/v2beta1.",
  ),
  WRONG_PATH: entry(
    "The API is at another path",
    "This server has the Pipelines API, at another path than the one that was given.",
    "Use the endpoint that the message names.",
  ),
  BAD_ANSWER: entry(
    "The answer cannot be used",
    "The answer is broken, contradicts itself, or is larger than anything that the API sends.",
    "Look at what stands between client and server; report it with the request id if it is the server itself.",
  ),
  UNSUPPORTED_BY_SERVER: entry(
    "The server does not know this operation",
    "The server has no such path or method. Servers before 2.0 have no v2beta1.",
    "Compare the server's version (client.healthz.get()) with what the operation needs.",
  ),
  HOST_NOT_ALLOWED: entry(
    "The server does not answer to this name",
    "The server refuses requests whose Host it does not know, so that no foreign name can be pointed at it.",
    "Use localhost, or start the server with --allowed-host NAME.",
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
