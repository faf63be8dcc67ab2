import type { Json } from "@kfp-ts/api";

/** A CEL expression that has been read. */
export interface Expression {
  /** As it stands in the pipeline. */
  readonly text: string;
  /**
   * Its value.
   *
   * @param inputs - `inputs.parameter_values` in conditions; `value` is the value of which a selector picks a part.
   * @throws RunnerError (EXPRESSION_INVALID) where the values do not fit the operations.
   */
  evaluate(variables: ExpressionVariables): Json;
}

/** What an expression can name. */
export interface ExpressionVariables {
  /** `inputs.parameter_values`. */
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
  /** `value` and `string_value` of a selector: the whole, and its text. */
  readonly value?: Json | undefined;
}
