import type { PodDefaultExpression } from "../pod-default.ts";
import { keyMistake, valueMistake } from "./label-syntax.ts";

/** The labels of a pod. */
export type Labels = ReadonlyMap<string, string>;

/**
 * One requirement of a selector. Where it is broken, `mistake` says so in Kubernetes' words, and `fits` answers for what
 * was probably meant: false only for pods that no reading of it could pick.
 */
export interface Requirement {
  readonly mistake: string | undefined;
  fits(labels: Labels): boolean;
}

/** A label of `matchLabels`. */
export function requireLabel(key: string, value: string): Requirement {
  const wrong = valueMistake(value);
  const mistake =
    keyProblem(key) ??
    (wrong === undefined ? undefined : `values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`);
  return { mistake, fits: (labels) => labels.get(key) === value };
}

/** An entry of `matchExpressions`. */
export function requireExpression({ key, operator, values }: PodDefaultExpression): Requirement {
  const listed = new Set(values ?? []);
  const mistake = operatorProblem(operator, values ?? []) ?? keyProblem(key) ?? valuesProblem(key, values ?? []);
  switch (operator.toLowerCase()) {
    case "in":
      return { mistake, fits: (labels) => labels.has(key) && listed.has(labels.get(key) ?? "") };
    case "notin":
      return { mistake, fits: (labels) => !labels.has(key) || !listed.has(labels.get(key) ?? "") };
    case "exists":
      return { mistake, fits: (labels) => labels.has(key) };
    case "doesnotexist":
      return { mistake, fits: (labels) => !labels.has(key) };
    default:
      // Unknown: whatever it means, it wants the label, unless its name is one of denial.
      return { mistake, fits: (labels) => labels.has(key) || /^(!|no|does)/i.test(operator) };
  }
}

function operatorProblem(operator: string, values: readonly string[]): string | undefined {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0
        ? undefined
        : "values: Invalid value: []string{}: for 'in', 'notin' operators, values set can't be empty";
    case "Exists":
    case "DoesNotExist": {
      if (values.length === 0) return undefined;
      const list = values.map((value) => JSON.stringify(value)).join(", ");
      return `values: Invalid value: []string{${list}}: values set must be empty for exists and does not exist`;
    }
    default:
      return `${JSON.stringify(operator)} is not a valid label selector operator`;
  }
}

function keyProblem(key: string): string | undefined {
  const wrong = keyMistake(key);
  return wrong === undefined ? undefined : `key: Invalid value: ${JSON.stringify(key)}: ${wrong}`;
}

function valuesProblem(key: string, values: readonly string[]): string | undefined {
  for (const [index, value] of values.entries()) {
    const wrong = valueMistake(value);
    if (wrong !== undefined) return `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`;
  }
  return undefined;
}
