import type { Json } from "@kfp-ts/api";
import type { Artifact } from "../values/values.ts";

/** A CEL expression that has been read. */
export interface Expression {
  /** As it stands in the pipeline. */
  readonly text: string;
  /**
   * Its value. A whole number of CEL comes as a number.
   *
   * @throws RunnerError (EXPRESSION_INVALID) where the values do not fit the operations.
   */
  evaluate(variables: ExpressionVariables): Json;
}

/** What an expression can name. */
export interface ExpressionVariables {
  /** `inputs.parameter_values` of a condition. */
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
  /** `inputs.artifacts` of a condition. */
  readonly artifacts?: Readonly<Record<string, readonly Artifact[]>> | undefined;
  /** Of which a selector picks a part: `string_value` is its text, `struct_value` and the like the whole. */
  readonly value?: Json | undefined;
}
