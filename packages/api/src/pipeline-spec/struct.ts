import { invalidArgument } from "../errors/status-error.ts";
import type { Json, JsonObject } from "../messages/field.ts";
import { NoPipelineError, pipelineOf, refusal } from "./documents.ts";
import type { ParsedPipeline } from "./parsed-pipeline.ts";
import { plainDocuments } from "./plain-json.ts";
import { isObject } from "./proto-json.ts";

/**
 * A pipeline as the API has it in `pipeline_spec`: the spec itself, or `{pipeline_spec, platform_spec}` where there are
 * settings for Kubernetes.
 */
export function pipelineSpecToStruct({ pipelineSpec, platformSpec }: ParsedPipeline): JsonObject {
  if (platformSpec === undefined) return pipelineSpec as JsonObject;
  return { pipeline_spec: pipelineSpec as JsonObject, platform_spec: platformSpec as JsonObject };
}

/**
 * Reads and checks the `pipeline_spec` of a run or a recurring run, in either shape of {@link pipelineSpecToStruct};
 * the two names may be in camelCase as well.
 *
 * @throws StatusError (INVALID_ARGUMENT) that names the place. Upstream answers these mistakes with 500.
 */
export function pipelineSpecFromStruct(struct: JsonObject): ParsedPipeline {
  try {
    return pipelineOf(plainDocuments(documentsOf(struct)));
  } catch (error) {
    if (error instanceof NoPipelineError) {
      throw invalidArgument(`pipeline_spec is no compiled pipeline: ${error.message}`, { cause: error });
    }
    throw refusal("pipeline_spec is no compiled pipeline", error);
  }
}

function documentsOf(struct: JsonObject): Json[] {
  const spec = member(struct, "pipeline_spec", "pipelineSpec");
  if (spec === undefined) return [struct];
  const platform = member(struct, "platform_spec", "platformSpec");
  // Clients that have no settings for a platform send nothing, null or an empty object.
  const none =
    platform === undefined || platform === null || (isObject(platform) && Object.keys(platform).length === 0);
  return none ? [spec] : [spec, platform];
}

function member(struct: JsonObject, ...names: readonly string[]): Json | undefined {
  const name = names.find((candidate) => Object.hasOwn(struct, candidate));
  return name === undefined ? undefined : struct[name];
}
