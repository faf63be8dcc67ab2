import type { Json } from "../messages/field.ts";
import type { ParameterType } from "./component-spec.ts";
import type { PipelineSpec } from "./pipeline-spec.ts";

/** A parameter that a run of a pipeline takes. */
export interface InputParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** What a run takes that gives no value; absent where there is none. */
  readonly defaultValue?: Json;
  /** Whether a run may leave it out: it is optional in itself, or has a default. */
  readonly optional: boolean;
  readonly description?: string;
  /** The only values that are allowed, where not all are. */
  readonly literals?: readonly Json[];
}

/** The name that a pipeline has in its own spec, which an upload without another name gets. */
export function pipelineName(spec: PipelineSpec): string {
  return spec.pipelineInfo?.name ?? "";
}

/** The parameters that a run of a pipeline takes, in the order of the spec. */
export function inputParameters(spec: PipelineSpec): InputParameter[] {
  return Object.entries(spec.root?.inputDefinitions?.parameters ?? {}).map(([name, parameter]) => ({
    name,
    type: parameter.parameterType ?? "PARAMETER_TYPE_ENUM_UNSPECIFIED",
    optional: parameter.isOptional === true || parameter.defaultValue !== undefined,
    ...(parameter.defaultValue !== undefined && { defaultValue: parameter.defaultValue }),
    ...(parameter.description !== undefined && { description: parameter.description }),
    ...(parameter.literals !== undefined && { literals: parameter.literals }),
  }));
}
