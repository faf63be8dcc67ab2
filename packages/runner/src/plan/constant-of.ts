import type { Json } from "@kfp-ts/api";
import { SpecError, type SpecPath, type ValueOrRuntimeParameter } from "@kfp-ts/api/pipeline-spec";

/**
 * The value that stands in a pipeline, also in the older form.
 *
 * @throws SpecError where a parameter of the run is named instead: that is the older form too, which no backend resolves.
 */
export function constantOf(spec: ValueOrRuntimeParameter, path: SpecPath): Json {
  if (spec.constant !== undefined) return spec.constant;
  const { constantValue, runtimeParameter } = spec;
  if (constantValue?.intValue !== undefined) return Number(constantValue.intValue);
  if (constantValue?.doubleValue !== undefined) return constantValue.doubleValue;
  if (constantValue?.stringValue !== undefined) return constantValue.stringValue;
  if (runtimeParameter) {
    throw new SpecError(
      path,
      `the runtime parameter ${JSON.stringify(runtimeParameter)} cannot be resolved: use an input`,
    );
  }
  return null;
}
