import { type PipelineVersion, pipelineVersion, pipelineVersionPage } from "@kfp-ts/api";
import { inputsOf } from "../pipeline-inputs.ts";
import { lines, type ResourceKind, text, time } from "./resource-kind.ts";

/** How versions of pipelines are shown. */
export const pipelineVersionKind: ResourceKind<PipelineVersion> = {
  noun: "pipeline version",
  listCommand: "versions list PIPELINE",
  message: pipelineVersion,
  page: pipelineVersionPage,
  listField: "pipelineVersions",
  id: (item) => item.pipelineVersionId,
  displayName: (item) => item.displayName,
  columns: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.pipelineVersionId),
    { ...text("Tags", (item) => lines(item.tags).replaceAll("\n", ",")), onlyIfAny: true },
    time("Created", (item) => item.createdAt),
    { ...text("Error", (item) => item.error?.message), onlyIfAny: true },
  ],
  facts: [
    text("Display name", (item) => item.displayName),
    text("Name", (item) => item.name),
    text("ID", (item) => item.pipelineVersionId),
    text("Pipeline ID", (item) => item.pipelineId),
    text("Description", (item) => item.description),
    { label: "Parameters", text: inputLines },
    text("Package URL", (item) => item.packageUrl?.pipelineUrl),
    text("Source code", (item) => item.codeSourceUrl),
    text("Tags", (item) => lines(item.tags)),
    time("Created", (item) => item.createdAt),
    text("Error", (item) => item.error?.message),
  ],
};

async function inputLines(version: PipelineVersion): Promise<string> {
  const inputs = await inputsOf(version.pipelineSpec);
  return inputs
    .map(({ name, type, optional, defaultValue }) => {
      const preset = defaultValue === undefined ? "" : ` = ${JSON.stringify(defaultValue)}`;
      return `${name}: ${type}${preset}${optional ? "" : " (required)"}`;
    })
    .join("\n");
}
