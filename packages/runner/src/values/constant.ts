import type { Json, JsonObject } from "@kfp-ts/api";
import { substitute } from "../placeholders/substitute.ts";
import { own } from "./own.ts";
import { textOf } from "./text.ts";

const named = /^\$\.inputs\.parameters\[(?:'([^']*)'|"([^"]*)")\]$/;

/** Whether a constant names other inputs of its task. */
export function namesInputs(constant: Json): boolean {
  if (typeof constant === "string") return constant.includes("{{$.inputs.parameters[");
  if (constant === null || typeof constant !== "object") return false;
  return Object.values(constant).some((item: Json) => namesInputs(item));
}

/**
 * A constant with the values of the inputs that it names, as text; one that there is not stays named. What a value says
 * is not read again, so it cannot name an input.
 */
export function withInputs(constant: Json, inputs: Readonly<Record<string, Json>>): Json {
  if (typeof constant === "string") {
    return substitute(constant, (text) => {
      const [, single, double] = named.exec(text) ?? [];
      const name = single ?? double;
      const value = name === undefined ? undefined : own(inputs, name);
      return value === undefined ? undefined : textOf(value);
    });
  }
  if (constant === null || typeof constant !== "object") return constant;
  if (Array.isArray(constant)) return constant.map((item: Json) => withInputs(item, inputs));
  const members = Object.entries(constant as JsonObject);
  return Object.fromEntries(members.map(([name, value]) => [name, withInputs(value, inputs)]));
}
