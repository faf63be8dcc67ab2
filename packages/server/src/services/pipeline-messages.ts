import { type Pipeline, type PipelineVersion, rawJson } from "@kfp-ts/api";
import type { PipelineRecord, PipelineVersionRecord } from "../ports/store.ts";
import { dateOf } from "./instants.ts";

/** A stored pipeline as the API has it. */
export function pipelineOf(record: PipelineRecord): Pipeline {
  return {
    pipelineId: record.pipelineId,
    displayName: record.displayName,
    name: record.name,
    description: record.description,
    createdAt: dateOf(record.createdAt),
    namespace: record.namespace,
    tags: record.tags,
  };
}

/** A stored version as the API has it. */
export function pipelineVersionOf(record: PipelineVersionRecord): PipelineVersion {
  return {
    pipelineId: record.pipelineId,
    pipelineVersionId: record.pipelineVersionId,
    displayName: record.displayName,
    name: record.name,
    description: record.description,
    createdAt: dateOf(record.createdAt),
    packageUrl: record.packageUrl === "" ? undefined : { pipelineUrl: record.packageUrl },
    codeSourceUrl: record.codeSourceUrl,
    pipelineSpec: rawJson(record.pipelineSpec),
    tags: record.tags,
  };
}
