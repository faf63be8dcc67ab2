import {
  type InputOf,
  int32,
  listOf,
  type MessageOf,
  message,
  nested,
  struct,
  text,
  textMap,
  timestamp,
} from "./field.ts";
import { status } from "./status.ts";

/** A pipeline: a name under which versions of a compiled pipeline are kept. */
export const pipeline = message("Pipeline", "A name under which versions of a compiled pipeline are kept.", {
  pipelineId: text("Unique; given by the server.", { presence: "always", inRequest: "ignored" }),
  displayName: text("The name that people see; the name when left out.", { presence: "always" }),
  name: text("Unique within its namespace, compared without case; the display name when left out.", {
    presence: "always",
    maxLength: 128,
  }),
  description: text("What it is for."),
  createdAt: timestamp("When it was created.", { presence: "always", inRequest: "ignored" }),
  namespace: text("The Kubernetes namespace; empty for a pipeline that all share.", { maxLength: 63 }),
  error: nested(status)("Why this one could not be read; then only ids are present.", { inRequest: "ignored" }),
  tags: textMap("Up to 20 labels: keys of 1 to 63 characters without a dot, values of up to 63."),
});

/** A page of pipelines. */
export const pipelinePage = message("ListPipelinesResponse", "A page of pipelines.", {
  pipelines: listOf(pipeline)("The pipelines of this page.", { presence: "always" }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** Where a compiled pipeline was fetched from. */
export const packageUrl = message("Url", "Where a compiled pipeline is fetched from.", {
  pipelineUrl: text("An https URL."),
});

/** One version of a pipeline: a compiled pipeline that never changes. */
export const pipelineVersion = message(
  "PipelineVersion",
  "One version of a pipeline; its specification never changes.",
  {
    pipelineId: text("The pipeline that it belongs to.", { presence: "always" }),
    pipelineVersionId: text("Unique; given by the server.", { presence: "always", inRequest: "ignored" }),
    displayName: text("The name that people see; the name when left out.", { presence: "always" }),
    name: text("Unique within its pipeline, compared without case; the display name when left out.", {
      presence: "always",
      maxLength: 127,
    }),
    description: text("What changed."),
    createdAt: timestamp("When it was created.", { presence: "always", inRequest: "ignored" }),
    packageUrl: nested(packageUrl)("Where it was fetched from, when it was created by URL."),
    codeSourceUrl: text("Where its source code is."),
    pipelineSpec: struct("The compiled pipeline; with a platform part, both as pipeline_spec and platform_spec."),
    error: nested(status)("Why this one could not be read; then only ids are present.", { inRequest: "ignored" }),
    tags: textMap("Up to 20 labels, as on a pipeline."),
  },
);

/** A page of pipeline versions. */
export const pipelineVersionPage = message("ListPipelineVersionsResponse", "A page of pipeline versions.", {
  pipelineVersions: listOf(pipelineVersion)("The versions of this page.", { presence: "always" }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** A pipeline and its first version in one request. */
export const pipelineAndVersion = message("CreatePipelineAndVersionRequest", "A pipeline and its first version.", {
  pipeline: nested(pipeline)("The pipeline.", { inRequest: "required" }),
  pipelineVersion: nested(pipelineVersion)("Its first version: only where to fetch it from, and tags, are taken.", {
    inRequest: "required",
  }),
});

/** A name under which versions of a compiled pipeline are kept. */
export type Pipeline = MessageOf<typeof pipeline>;
/** What a new pipeline is made of. */
export type NewPipeline = InputOf<typeof pipeline>;
/** One version of a pipeline. */
export type PipelineVersion = MessageOf<typeof pipelineVersion>;
/** What a new pipeline version is made of. */
export type NewPipelineVersion = InputOf<typeof pipelineVersion>;
