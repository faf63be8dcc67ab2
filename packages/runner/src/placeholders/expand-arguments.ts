import type { Json, JsonObject } from "@kfp-ts/api";
import { substitute } from "./substitute.ts";

/** What arguments are expanded with. */
export interface ArgumentValues {
  /** See `substitute`. */
  readonly lookup: (expression: string) => string | undefined;
  /** Whether an input has a value: null is none. */
  readonly isPresent: (input: string) => boolean;
}

/**
 * The words of a command as the program gets them. A word can be the JSON text of `Concat` or `IfPresent`: one word, or
 * as many as it says, or none.
 */
export function expandArguments(words: readonly string[], values: ArgumentValues): string[] {
  return words.flatMap((word) => {
    const structure = structureIn(word);
    return structure === undefined ? [substitute(word, values.lookup)] : expanded(structure, values);
  });
}

function expanded(part: Json | undefined, values: ArgumentValues): string[] {
  if (typeof part === "string") return [substitute(part, values.lookup)];
  if (Array.isArray(part)) return part.flatMap((item: Json) => expanded(item, values));
  if (!isObject(part)) return part === undefined || part === null ? [] : [JSON.stringify(part)];
  if (Object.hasOwn(part, "Concat")) return [expanded(part.Concat, values).join("")];
  if (Object.hasOwn(part, "IfPresent")) {
    const choice = part.IfPresent;
    if (!isObject(choice)) return [];
    return expanded(values.isPresent(String(choice.InputName)) ? choice.Then : choice.Else, values);
  }
  return [substitute(JSON.stringify(part), values.lookup)];
}

/** Only what is one of the two as a whole is a structure: other JSON is the program's own. */
function structureIn(word: string): JsonObject | undefined {
  if (!/^\s*\{\s*"(Concat|IfPresent)"/.test(word)) return undefined;
  try {
    const value = JSON.parse(word) as Json;
    return isObject(value) && Object.keys(value).length === 1 ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
