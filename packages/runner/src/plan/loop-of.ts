import type { Json } from "@kfp-ts/api";
import { memberPath, SpecError, type SpecPath, type TaskSpec } from "@kfp-ts/api/pipeline-spec";
import { MAX_NESTING, nestsTooDeep } from "../values/nesting.ts";
import type { Loop } from "./plan.ts";

/** The loop that a task is, if it is one. */
export function loopOf(
  { parameterIterator, artifactIterator, iteratorPolicy }: TaskSpec,
  path: SpecPath,
): Loop | undefined {
  const parallelism = iteratorPolicy?.parallelismLimit ?? 0;
  if (parallelism < 0) {
    throw new SpecError(memberPath(path, "iteratorPolicy", "parallelismLimit"), `${parallelism} is no limit`);
  }
  if (parameterIterator !== undefined) {
    const iteratorPath = memberPath(path, "parameterIterator");
    const { items = {}, itemInput = "" } = parameterIterator;
    if (itemInput === "") throw new SpecError(iteratorPath, "no input takes the item");
    if (items.inputParameter) {
      return { over: "values", items: { input: items.inputParameter }, itemInput, parallelism };
    }
    const constant = listIn(items.raw ?? "", memberPath(iteratorPath, "items", "raw"));
    return { over: "values", items: { constant }, itemInput, parallelism };
  }
  if (artifactIterator === undefined) return undefined;
  const iteratorPath = memberPath(path, "artifactIterator");
  const { items, itemInput = "" } = artifactIterator;
  const input = items?.inputArtifact ?? "";
  if (input === "") throw new SpecError(iteratorPath, "no input gives the items");
  if (itemInput === "") throw new SpecError(iteratorPath, "no input takes the item");
  return { over: "artifacts", input, itemInput, parallelism };
}

function listIn(text: string, path: SpecPath): readonly Json[] {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new SpecError(path, "the items are no JSON");
  }
  if (!Array.isArray(value)) throw new SpecError(path, "the items are no list");
  if (nestsTooDeep(value)) throw new SpecError(path, `the items nest more than ${MAX_NESTING} deep`);
  return value;
}
