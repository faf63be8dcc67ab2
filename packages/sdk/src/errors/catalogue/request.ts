import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("request");

/** The API refused this request. */
export const requestErrors = {
  NAMESPACE_REQUIRED: entry(
    "A namespace is needed",
    "On a multi-user deployment this call needs a namespace.",
    'Pass a namespace, for all calls as in new Client({ host, namespace: "team-a" }) or for this one.',
  ),
  NAMESPACE_NOT_SUPPORTED: entry(
    "There are no namespaces here",
    "A single-user deployment refuses lists that are filtered by a namespace.",
    "Leave the namespace out.",
  ),
  INVALID_REQUEST: entry(
    "The API refused the request as invalid",
    "The server says what is wrong in the message.",
    "Correct what the message names.",
  ),
  NOT_FOUND: entry(
    "Not found",
    "There is nothing with this id or name, or not in this namespace.",
    "Check id, name and namespace; list what there is.",
  ),
  AMBIGUOUS_NAME: entry(
    "Several have this name",
    "The name does not say which one is meant.",
    "Use the id, or say the namespace.",
  ),
  ALREADY_EXISTS: entry("The name is taken", "Names are compared without case.", "Use another name."),
  CONFLICT: entry(
    "Not possible in this state",
    "The server refused because of the state in which the thing is, or because of another request.",
    "Look at its state and decide again.",
  ),
  TOO_LARGE: entry(
    "Too large",
    "The server, or a proxy before it, refuses a request of this size.",
    "Send less: a compiled pipeline may have 32 MiB.",
  ),
  HEADERS_TOO_LARGE: entry(
    "The headers are too large",
    "The server, or a proxy before it, refuses headers of this size (HTTP 431): cookies that have piled up, or a very large token.",
    "Log in anew, which drops old cookies; or use a token with fewer claims.",
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
