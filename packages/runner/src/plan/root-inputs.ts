import type { Json, JsonObject } from "@kfp-ts/api";
import { checkRuntimeParameters, type ParsedPipeline, StatusError } from "@kfp-ts/api/pipeline-spec";
import { RunnerError } from "../errors/runner-error.ts";
import { MAX_NESTING, nestsTooDeep } from "../values/nesting.ts";
import { own } from "../values/own.ts";
import type { Artifact, Values } from "../values/values.ts";
import type { Plan } from "./plan.ts";

/**
 * What goes into a run: the parameters that were given, checked as the server of Kubeflow Pipelines checks them, with the
 * defaults of the others; and artifacts by their URIs.
 *
 * @throws RunnerError (PARAMETERS_INVALID)
 */
export function rootInputs(
  { pipelineSpec }: ParsedPipeline,
  { root }: Plan,
  parameters: JsonObject,
  artifacts: Readonly<Record<string, readonly string[]>>,
): Values {
  const deep = Object.entries(parameters).find(([, value]) => nestsTooDeep(value));
  if (deep !== undefined) {
    throw new RunnerError("PARAMETERS_INVALID", `the parameter ${deep[0]} nests more than ${MAX_NESTING} deep`);
  }
  try {
    checkRuntimeParameters(pipelineSpec, parameters);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new RunnerError("PARAMETERS_INVALID", error.message, { cause: error });
  }
  const values = Object.entries(root.inputs.parameters).map(([name, { defaultValue }]): [string, Json] => [
    name,
    own(parameters, name) ?? defaultValue ?? null,
  ]);
  return { parameters: Object.fromEntries(values), artifacts: rootArtifacts(root.inputs.artifacts, artifacts) };
}

function rootArtifacts(
  known: Plan["root"]["inputs"]["artifacts"],
  given: Readonly<Record<string, readonly string[]>>,
): Values["artifacts"] {
  const extra = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  if (extra.length > 0) {
    throw new RunnerError("PARAMETERS_INVALID", `the pipeline takes no artifact of the name ${extra.join(", ")}`);
  }
  const artifacts = Object.entries(known).flatMap(([name, definition]): [string, readonly Artifact[]][] => {
    const uris = given[name] ?? [];
    if (uris.length === 0) {
      if (definition.isOptional === true) return [];
      throw new RunnerError(
        "PARAMETERS_INVALID",
        `the artifact ${name} is missing: give the path or URI of a ${definition.artifactType?.schemaTitle ?? "file"}`,
      );
    }
    if (uris.length > 1 && definition.isArtifactList !== true) {
      throw new RunnerError("PARAMETERS_INVALID", `the artifact ${name} is one, and ${uris.length} URIs are given`);
    }
    return [[name, uris.map((uri) => ({ name, type: definition.artifactType ?? {}, uri, metadata: {} }))]];
  });
  return Object.fromEntries(artifacts);
}
