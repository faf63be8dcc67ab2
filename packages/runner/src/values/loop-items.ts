import type { Json } from "@kfp-ts/api";
import type { TaskPath } from "../engine/engine.ts";
import { RunnerError } from "../errors/runner-error.ts";
import type { Component, Loop, Task } from "../plan/plan.ts";
import { nestsTooDeep } from "./nesting.ts";
import { own } from "./own.ts";
import { checkedParameter } from "./resolve-inputs.ts";
import { shown } from "./text.ts";
import type { Values } from "./values.ts";

/** The items of a loop: how many there are, and the inputs of an iteration, made when it is its turn. */
export interface LoopItems {
  readonly count: number;
  /** @throws RunnerError INPUT_INVALID where an item is not what the iteration takes. */
  inputsOf(index: number, path: TaskPath): Values;
}

/**
 * The items of a loop. A text is read as JSON, as on a cluster. Iterations see their item, and the list only where a task
 * inside takes it too, as a loop in a loop over the same list does; a cluster fails there.
 *
 * @throws RunnerError INPUT_INVALID where there is no list.
 */
export function loopItems(task: Task, loop: Loop, path: TaskPath, inputs: Values): LoopItems {
  return loop.over === "values" ? valueItems(task, loop, path, inputs) : artifactItems(loop, inputs);
}

function valueItems(task: Task, loop: Loop & { over: "values" }, path: TaskPath, inputs: Values): LoopItems {
  const dynamic = "input" in loop.items ? loop.items.input : undefined;
  const items =
    "input" in loop.items
      ? listOf(own(inputs.parameters, loop.items.input), path, loop.items.input)
      : loop.items.constant;
  const { [dynamic ?? ""]: _, ...others } = inputs.parameters;
  const parameters = dynamic !== undefined && isTakenInside(task.component, dynamic) ? inputs.parameters : others;
  const spec = own(task.component.inputs.parameters, loop.itemInput) ?? {};
  return {
    count: items.length,
    inputsOf(index, iteration) {
      const item = checkedParameter(iteration, loop.itemInput, spec, items[index] ?? null);
      return { parameters: { ...parameters, [loop.itemInput]: item }, artifacts: inputs.artifacts };
    },
  };
}

function isTakenInside(component: Component, input: string): boolean {
  return (
    component.kind === "graph" &&
    [...component.tasks.values()].some(({ parameters }) =>
      Object.values(parameters).some((source) => source.from === "input" && source.input === input),
    )
  );
}

function artifactItems(loop: Loop & { over: "artifacts" }, inputs: Values): LoopItems {
  const items = own(inputs.artifacts, loop.input) ?? [];
  const { [loop.input]: _, ...artifacts } = inputs.artifacts;
  return {
    count: items.length,
    inputsOf: (index) => ({
      parameters: inputs.parameters,
      artifacts: { ...artifacts, [loop.itemInput]: items.slice(index, index + 1) },
    }),
  };
}

function listOf(value: Json | undefined, path: TaskPath, input: string): readonly Json[] {
  const list = typeof value === "string" ? parsed(value) : value;
  if (Array.isArray(list)) return list as readonly Json[];
  const fact = value === undefined ? "has no value" : `is ${shown(value)}`;
  throw new RunnerError("INPUT_INVALID", `task ${path}: input ${input} ${fact}, and a loop takes a list`);
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return nestsTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
