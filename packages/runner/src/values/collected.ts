import type { Json } from "@kfp-ts/api";
import type { Component, GraphComponent, OutputReference } from "../plan/plan.ts";
import type { Artifact, Values } from "./values.ts";

/**
 * The outputs of all iterations of a loop, in the order of the iterations, whatever the order in which they end. What a
 * loop in the loop has collected is part of the same flat list, and an iteration without an output leaves no gap.
 */
export class Collected {
  readonly #parameters: readonly { readonly name: string; readonly flat: boolean; readonly values: Json[] }[];
  readonly #artifacts: readonly { readonly name: string; readonly lists: (readonly Artifact[])[] }[];

  constructor(component: Component) {
    this.#parameters = Object.keys(component.outputs.parameters).map((name) => ({
      name,
      flat: isCollected(component, name),
      values: [],
    }));
    this.#artifacts = Object.keys(component.outputs.artifacts).map((name) => ({ name, lists: [] }));
  }

  /** Takes the outputs of an iteration. */
  add(index: number, outputs: Values): void {
    for (const { name, values } of this.#parameters) {
      const value = Object.hasOwn(outputs.parameters, name) ? outputs.parameters[name] : undefined;
      if (value !== undefined) values[index] = value;
    }
    for (const { name, lists } of this.#artifacts) {
      const list = Object.hasOwn(outputs.artifacts, name) ? outputs.artifacts[name] : undefined;
      if (list !== undefined) lists[index] = list;
    }
  }

  /** What the loop gives. */
  outputs(): Values {
    const parameters = this.#parameters.map(({ name, flat, values }): [string, Json] => {
      // filter() passes over the gaps.
      const present = values.filter(() => true);
      return [
        name,
        flat ? present.flatMap((value) => (Array.isArray(value) ? (value as readonly Json[]) : [value])) : present,
      ];
    });
    const artifacts = this.#artifacts.map(({ name, lists }): [string, readonly Artifact[]] => [name, lists.flat()]);
    return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
  }
}

/** Whether an output is a list because a loop has collected it, and not because a task gives a list. */
function isCollected(component: Component, output: string): boolean {
  return component.kind === "graph" && sourcesOf(component, output).some((source) => isFromLoop(component, source));
}

function isFromLoop(component: GraphComponent, { task: name, output }: OutputReference): boolean {
  const task = component.tasks.get(name);
  return task !== undefined && (task.loop !== undefined || isCollected(task.component, output));
}

function sourcesOf(component: GraphComponent, output: string): readonly OutputReference[] {
  const given = component.gives.parameters[output];
  if (given === undefined) return [];
  return given.from === "task" ? [given.source] : given.sources;
}
