import { choice, flag, type MessageOf, message, text } from "./field.ts";

/** What `ml-pipeline` says of itself. */
export const health = message("GetHealthzResponse", "What the API server says of itself.", {
  commitSha: text("The commit that it was built from."),
  tagName: text("Its version."),
  multiUser: flag("Whether every request needs an identity and a namespace.", { presence: "always", explicit: true }),
  pipelineStore: text("Where pipelines are kept: database or kubernetes."),
});

/** What `ml-pipeline` says of itself under v1beta1. */
export const healthV1 = message("V1GetHealthzResponse", "What the API server says of itself, to v1 clients.", {
  commitSha: text("The commit that it was built from."),
  tagName: text("Its version."),
  multiUser: flag("Whether every request needs an identity and a namespace.", { presence: "always", explicit: true }),
});

/** What an API server says of itself. */
export type Health = MessageOf<typeof health>;

/** The resources of the v1 access check. */
export const authResource = choice("Resources", { UNASSIGNED_RESOURCES: 0, VIEWERS: 1 });
/** The verbs of the v1 access check. */
export const authVerb = choice("Verb", { UNASSIGNED_VERB: 0, CREATE: 1, GET: 2, DELETE: 3 });
