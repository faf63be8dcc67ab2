import type { Place } from "./kubeflow-object.ts";

/** Something that is wrong in a file of objects. */
export interface ObjectProblem extends Place {
  /** What is wrong, and what is right: a sentence each. */
  readonly message: string;
}

/** How many problems a message tells; a file that is something else altogether has thousands. */
const told = 10;

/**
 * Objects that cannot be read, because a file is not there, is no YAML, or says what a Kubernetes API server would
 * refuse. The message names the place, what is wrong and what is right, a line for each problem.
 */
export class ObjectError extends Error {
  override readonly name = "ObjectError";
  /** In the order of the file; never empty. */
  readonly problems: readonly ObjectProblem[];

  constructor(problems: readonly ObjectProblem[], options?: ErrorOptions) {
    const more = problems.length - told;
    const lines = problems
      .slice(0, told)
      .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    super([...lines, ...(more > 0 ? [`and ${more} more.`] : [])].join("\n"), options);
    this.problems = problems;
  }
}
