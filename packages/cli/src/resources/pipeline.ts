import { type Pipeline, pipeline, pipelinePage } from "@kfp-ts/api";
import { lines, type ResourceKind, text, time } from "./resource-kind.ts";

/** How pipelines are shown. */
export const pipelineKind: ResourceKind<Pipeline> = {
  noun: "pipeline",
  listCommand: "pipelines list",
  message: pipeline,
  page: pipelinePage,
  listField: "pipelines",
  id: (item) => item.pipelineId,
  displayName: (item) => item.displayName,
  columns: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.pipelineId),
    { ...text("Namespace", (item) => item.namespace), onlyIfAny: true },
    { ...text("Tags", (item) => lines(item.tags).replaceAll("\n", ",")), onlyIfAny: true },
    time("Created", (item) => item.createdAt),
    { ...text("Error", (item) => item.error?.message), onlyIfAny: true },
  ],
  facts: [
    text("Display name", (item) => item.displayName),
    text("Name", (item) => item.name),
    text("ID", (item) => item.pipelineId),
    text("Namespace", (item) => item.namespace),
    text("Description", (item) => item.description),
    text("Tags", (item) => lines(item.tags)),
    time("Created", (item) => item.createdAt),
    text("Error", (item) => item.error?.message),
  ],
};
