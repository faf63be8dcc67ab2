import type { Json, JsonObject } from "@kfp-ts/api";
import type { InputParameter, PipelineSpec } from "@kfp-ts/api/pipeline-spec";
import { UsageError } from "./command-error.ts";
import type { KeyValue } from "./command-line/key-value.ts";
import { asRecord } from "./command-line/key-value.ts";

/**
 * The parameters that a compiled pipeline takes, as a run or a version has it: the bare specification, or one with a
 * platform part beside it.
 */
export async function inputsOf(struct: JsonObject | undefined): Promise<readonly InputParameter[]> {
  if (struct === undefined) return [];
  // The reading of pipelines brings a YAML reader along, which few commands need.
  const { inputParameters } = await import("@kfp-ts/api/pipeline-spec");
  return inputParameters((struct.pipeline_spec ?? struct.pipelineSpec ?? struct) as PipelineSpec);
}

/**
 * Reads the parameters of a run. What a value means is said by the type that the pipeline gives the parameter: `7` is a
 * text where a text is wanted. Where the pipeline is not known, a value is JSON if it can be read so, else text.
 *
 * @param inputs - What the pipeline takes; undefined where that is not known.
 * @throws UsageError for a parameter that the pipeline does not take, one that stands twice, and a value that is not of
 * its type.
 */
export function readParameters(
  pairs: readonly KeyValue[],
  inputs: readonly InputParameter[] | undefined,
): Record<string, Json> {
  const given = Object.entries(asRecord("parameter", pairs));
  return Object.fromEntries(
    given.map(([key, value]) => {
      if (inputs === undefined) return [key, jsonOr(value)];
      const input = inputs.find(({ name }) => name === key);
      if (input !== undefined) return [key, readTyped(input, value)];
      const names = inputs.map(({ name }) => name).join(", ");
      throw new UsageError(
        `The pipeline has no parameter ${key}.`,
        names === "" ? "It takes none: leave --param out." : `It takes ${names}.`,
      );
    }),
  );
}

function readTyped({ name, type }: InputParameter, text: string): Json {
  const refuse = (wanted: string): never => {
    throw new UsageError(`The parameter ${name} is ${wanted}, and ${JSON.stringify(text)} is none.`);
  };
  switch (type) {
    case "STRING":
      return text;
    case "BOOLEAN":
      // Python spells them with a capital.
      return /^true$/i.test(text) || (/^false$/i.test(text) ? false : refuse("true or false"));
    case "NUMBER_DOUBLE":
    case "NUMBER_INTEGER": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      return Number.isFinite(number) ? number : refuse("a number");
    }
    case "LIST": {
      const value = jsonOf(text);
      return Array.isArray(value) ? value : refuse("a list as JSON, like [1, 2]");
    }
    case "STRUCT": {
      const value = jsonOf(text);
      const isStruct = typeof value === "object" && value !== null && !Array.isArray(value);
      return isStruct ? value : refuse('an object as JSON, like {"a": 1}');
    }
    default:
      return jsonOr(text);
  }
}

function jsonOr(text: string): Json {
  return jsonOf(text) ?? (text === "null" ? null : text);
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
