import type { JsonObject, Pipeline, PipelineVersion } from "@kfp-ts/api";
import type { InputParameter } from "@kfp-ts/api/pipeline-spec";
import { type Client, readPackage } from "@kfp-ts/sdk";
import { UsageError } from "../command-error.ts";
import { readKeyValue } from "../command-line/key-value.ts";
import { repeated, textOption, type ValuesOf } from "../command-line/option.ts";
import { findPipeline, findVersion, latestVersion } from "../lookup/pipeline.ts";
import { inputsOf } from "../pipeline-inputs.ts";

/** The options that say what is to run. */
export const sourceOptions = {
  file: textOption("path", "Run the compiled pipeline in this file (.yaml, .json, .zip, .tar.gz).", { short: "f" }),
  pipeline: textOption("pipeline", "Run this pipeline of the server: its name or its id.", { short: "p" }),
  version: textOption("version", "The version of it: its name or its id.", { otherwise: "the latest" }),
  param: repeated("name=value", "A parameter. Its value is read as the type that the pipeline gives it.", readKeyValue),
  pipelineRoot: textOption("uri", "Where artifacts go."),
  serviceAccount: textOption("name", "The Kubernetes service account to run as."),
};

/** What is to run. */
export interface RunSource {
  /** What the pipeline calls itself. */
  readonly name: string;
  readonly inputs: readonly InputParameter[];
  readonly source:
    | { readonly pipelineSpec: JsonObject }
    | { readonly pipelineVersionReference: { readonly pipelineId: string; readonly pipelineVersionId?: string } };
}

/**
 * Finds what is to run.
 *
 * @param latest - What a pipeline without a version means: the version that is the latest now, or at each time.
 * @throws UsageError where it is not said, or said twice.
 */
export async function findSource(
  kfp: Client,
  { file, pipeline, version }: Pick<ValuesOf<typeof sourceOptions>, "file" | "pipeline" | "version">,
  latest: "now" | "at each time",
): Promise<RunSource> {
  if (file !== undefined && (pipeline !== undefined || version !== undefined)) {
    throw new UsageError("--file and --pipeline exclude each other.", "Leave one of them out.");
  }
  if (file !== undefined) {
    const { name, pipelineSpec } = await readPackage({ path: file });
    return { name, inputs: await inputsOf(pipelineSpec), source: { pipelineSpec } };
  }
  if (pipeline === undefined) {
    throw new UsageError("It is not said what is to run.", "Give --file PATH, or --pipeline NAME.");
  }
  const found = await findPipeline(kfp, pipeline);
  const { pipelineId } = found;
  const of = version === undefined ? await latestVersion(kfp, found) : await findVersion(kfp, pipelineId, version);
  const floats = version === undefined && latest === "at each time";
  return {
    name: nameOf(found, of),
    inputs: await inputsOf(of.pipelineSpec),
    source: {
      pipelineVersionReference: floats ? { pipelineId } : { pipelineId, pipelineVersionId: of.pipelineVersionId },
    },
  };
}

function nameOf(pipeline: Pipeline, version: PipelineVersion): string {
  return pipeline.displayName === version.displayName
    ? pipeline.displayName
    : `${pipeline.displayName} ${version.displayName}`;
}

/** The name of a run that was given none: that of its pipeline, and the time here. */
export function defaultRunName(name: string, now: number): string {
  const date = new Date(now);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}-${two(date.getMinutes())}-${two(date.getSeconds())}`;
  const stamp = ` ${day} ${time}`;
  // The API takes names of 128 characters.
  return `${[...name].slice(0, 128 - stamp.length).join("")}${stamp}`;
}
