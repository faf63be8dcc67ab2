import { invalidArgument } from "../errors/status-error.ts";
import type { JsonObject } from "../messages/field.ts";
import { NoPipelineError, pipelineOf, refusal } from "./documents.ts";
import type { ParsedPipeline } from "./parsed-pipeline.ts";
import { readYaml, writeYaml } from "./yaml.ts";

/**
 * Reads and checks the text of a package: YAML with one or two documents, or JSON, as the KFP compiler writes it. It is
 * given as proto3 JSON writes it, so two packages that mean the same come out the same.
 *
 * A text is safe to read whatever is in it, but not whatever its size: bound that before.
 *
 * @throws StatusError (INVALID_ARGUMENT) with the texts of Kubeflow Pipelines. Where that is the bare
 * "unknown template format", `cause` says what is in the way.
 */
export function parsePipelineDocuments(text: string): ParsedPipeline {
  try {
    return pipelineOf(readDocuments(text));
  } catch (error) {
    if (error instanceof NoPipelineError) throw invalidArgument("unknown template format", { cause: error });
    throw error;
  }
}

function readDocuments(text: string) {
  try {
    return readYaml(text);
  } catch (error) {
    throw refusal("failed to parse pipeline spec YAML", error);
  }
}

/** Writes a pipeline as the text of a package: YAML that every reader of YAML 1.1 and 1.2 understands alike. */
export function toYaml({ pipelineSpec, platformSpec }: ParsedPipeline): string {
  const documents: JsonObject[] = [pipelineSpec as JsonObject];
  if (platformSpec !== undefined) documents.push(platformSpec as JsonObject);
  return documents.map(writeYaml).join("---\n");
}
