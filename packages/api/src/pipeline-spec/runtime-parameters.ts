import { invalidArgument } from "../errors/status-error.ts";
import type { Json, JsonObject } from "../messages/field.ts";
import type { ParameterType } from "./component-spec.ts";
import { type InputParameter, inputParameters } from "./input-parameters.ts";
import type { PipelineSpec } from "./pipeline-spec.ts";
import { isObject } from "./proto-json.ts";
import { protoText } from "./proto-text.ts";

/**
 * Checks the parameters of a run against the inputs of a pipeline, as Kubeflow Pipelines does: none is missing, each has
 * its type, and there is none that the pipeline does not know. A whole number may have a fraction, as there.
 *
 * @throws StatusError (INVALID_ARGUMENT) with the text of Kubeflow Pipelines, for the first mistake in the order of the
 * spec.
 */
export function checkRuntimeParameters(spec: PipelineSpec, parameters: JsonObject): void {
  const inputs = inputParameters(spec);
  for (const input of inputs) {
    const value = Object.hasOwn(parameters, input.name) ? parameters[input.name] : undefined;
    if (value !== undefined) checkValue(input, value);
    else if (!input.optional) {
      throw invalidArgument(
        `parameter ${input.name} is not optional, yet has neither default value nor user provided value`,
      );
    }
  }
  const known = new Set(inputs.map((input) => input.name));
  const extra = Object.keys(parameters).filter((name) => !known.has(name));
  if (extra.length > 0) {
    throw invalidArgument(`parameter(s) provided are not required by pipeline: ${extra.join(", ")}`);
  }
}

function checkValue({ name, type, literals }: InputParameter, value: Json): void {
  const fact = mistakes[type](value);
  if (fact !== undefined) throw invalidArgument(`input parameter ${name} ${fact}`);
  if (literals === undefined || literals.some((literal) => equal(literal, value))) return;
  throw invalidArgument(
    `input parameter ${JSON.stringify(name)} value ${protoText(value)} does not match any of the allowed literal values: ` +
      `[${literals.map(protoText).join(" ")}]`,
  );
}

const number = (value: Json) =>
  typeof value === "number"
    ? undefined
    : "requires type double or integer, but the parameter value is not of number value type";

/** What is wrong with a value for a parameter of a type, or undefined where nothing is. */
const mistakes: Readonly<Record<ParameterType, (value: Json) => string | undefined>> = {
  NUMBER_DOUBLE: number,
  NUMBER_INTEGER: number,
  STRING: (value) => (typeof value === "string" ? undefined : otherType("string")),
  BOOLEAN: (value) => (typeof value === "boolean" ? undefined : otherType("bool")),
  LIST: (value) => (Array.isArray(value) ? undefined : otherType("list")),
  STRUCT: (value) => (isObject(value) ? undefined : otherType("struct")),
  TASK_FINAL_STATUS: () => "requires type TASK_FINAL_STATUS, which is invalid for root component",
  TASK_CONFIG: () => "requires type unknown",
  PARAMETER_TYPE_ENUM_UNSPECIFIED: () => "has unspecified type",
};

function otherType(type: string): string {
  return `requires type ${type}, but the input parameter is not of ${type} value type`;
}

function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Json, index) => equal(item, b[index] as Json));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name] as Json, b[name] as Json))
  );
}
