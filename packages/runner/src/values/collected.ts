import type { Json } from "@kfp-ts/api";
import type { Component } from "../plan/plan.ts";
import { own } from "./own.ts";
import type { Artifact, Values } from "./values.ts";

/**
 * The outputs of all iterations of a loop, in the order of the iterations, whatever the order in which they end. An
 * iteration without an output leaves no gap.
 *
 * What a loop in the loop has collected stays a list of its own where it is a parameter: that is its type in pipelines,
 * and what the pipelines of the project itself take (`List[List[int]]`), though a cluster gives one flat list. Artifacts
 * are one flat list, since a list of lists of them does not exist.
 */
export class Collected {
  readonly #parameters: readonly { readonly name: string; readonly values: Json[] }[];
  readonly #artifacts: readonly { readonly name: string; readonly lists: (readonly Artifact[])[] }[];

  constructor({ outputs }: Component) {
    this.#parameters = Object.keys(outputs.parameters).map((name) => ({ name, values: [] }));
    this.#artifacts = Object.keys(outputs.artifacts).map((name) => ({ name, lists: [] }));
  }

  /** Takes the outputs of an iteration. */
  add(index: number, outputs: Values): void {
    for (const { name, values } of this.#parameters) {
      const value = own(outputs.parameters, name);
      if (value !== undefined) values[index] = value;
    }
    for (const { name, lists } of this.#artifacts) {
      const list = own(outputs.artifacts, name);
      if (list !== undefined) lists[index] = list;
    }
  }

  /** What the loop gives. */
  outputs(): Values {
    // filter() and flat() pass over the gaps.
    const parameters = this.#parameters.map(({ name, values }): [string, Json] => [name, values.filter(() => true)]);
    const artifacts = this.#artifacts.map(({ name, lists }): [string, readonly Artifact[]] => [name, lists.flat()]);
    return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
  }
}
