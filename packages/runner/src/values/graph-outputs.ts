import type { Json } from "@kfp-ts/api";
import type { TaskEnd } from "../engine/task-end.ts";
import type { GraphComponent, OutputReference } from "../plan/plan.ts";
import { own } from "./own.ts";
import type { Artifact, Values } from "./values.ts";

/**
 * What a graph gives once its tasks have ended: outputs of its tasks, and of several the first that succeeded. An output
 * is not there where its task gave none, as where it was skipped.
 */
export function graphOutputs({ gives }: GraphComponent, ends: ReadonlyMap<string, TaskEnd>): Values {
  const parameters = new Map<string, Json>();
  for (const [name, output] of Object.entries(gives.parameters)) {
    const source = output.from === "task" ? output.source : firstThatSucceeded(output.sources, ends);
    const value = source && parameterOf(source, ends);
    if (value !== undefined) parameters.set(name, value);
  }
  const artifacts = new Map<string, readonly Artifact[]>();
  for (const [name, sources] of Object.entries(gives.artifacts)) {
    const source = sources.length === 1 ? sources[0] : firstThatSucceeded(sources, ends);
    const list = source && artifactsOf(source, ends);
    if (list !== undefined) artifacts.set(name, list);
  }
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
}

function firstThatSucceeded(sources: readonly OutputReference[], ends: ReadonlyMap<string, TaskEnd>) {
  return sources.find(({ task }) => ends.get(task)?.state === "SUCCEEDED");
}

function parameterOf({ task, output }: OutputReference, ends: ReadonlyMap<string, TaskEnd>): Json | undefined {
  return own(ends.get(task)?.outputs.parameters, output);
}

function artifactsOf({ task, output }: OutputReference, ends: ReadonlyMap<string, TaskEnd>) {
  return own(ends.get(task)?.outputs.artifacts, output);
}
