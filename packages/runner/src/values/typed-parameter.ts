import type { Json } from "@kfp-ts/api";
import type { ParameterSpec } from "@kfp-ts/api/pipeline-spec";
import { shown, textOf } from "./text.ts";

/**
 * A value as an input of a type takes it: a text takes everything, as its text; every other type takes only its own. A
 * whole number may have a fraction, as on a cluster.
 *
 * @returns the value, or what is wrong with it: `is a NUMBER_INTEGER, and the value is the string "a"`.
 */
export function typedParameter(
  spec: ParameterSpec,
  value: Json,
): { readonly value: Json } | { readonly mistake: string } {
  const type = spec.parameterType;
  if (type === "STRING") return { value: textOf(value) };
  if (type === undefined || type === "PARAMETER_TYPE_ENUM_UNSPECIFIED") return { value };
  const actual = kindOf(value);
  if (kinds[type] !== actual) {
    return {
      mistake: `is a ${type}, and the value is ${actual === "null" ? "null" : `the ${actual} ${shown(value)}`}`,
    };
  }
  return { value };
}

/** Whether a value is among the only ones that an input takes. */
export function isAllowed({ literals }: ParameterSpec, value: Json): boolean {
  return literals === undefined || literals.length === 0 || literals.some((literal) => equal(literal, value));
}

type Kind = "string" | "number" | "boolean" | "list" | "struct" | "null";

const kinds: Readonly<Record<string, Kind>> = {
  NUMBER_INTEGER: "number",
  NUMBER_DOUBLE: "number",
  BOOLEAN: "boolean",
  LIST: "list",
  STRUCT: "struct",
  TASK_FINAL_STATUS: "struct",
  TASK_CONFIG: "struct",
};

function kindOf(value: Json): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "struct";
  }
}

function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.size &&
    left.every(([name, value]) => {
      const other = right.get(name);
      return other !== undefined && equal(value, other);
    })
  );
}
