import type { Argument, Comparison, OperationName, Program, Statement } from "./program.ts";

/** A value of a program; an artifact is its text. */
export type Value = number | string | readonly number[] | readonly number[][];

/** What a program does: each task that is executed with what it takes and gives, and the output. */
export interface Execution {
  readonly tasks: readonly string[];
  readonly output: Value;
}

const does: Readonly<Record<OperationName, (given: Readonly<Record<string, Value>>) => Value>> = {
  add: ({ a, b }) => (a as number) + (b as number),
  describe: ({ n, word }) => `${word}<${n}>`,
  spread: ({ n }) => Array.from({ length: Math.abs(n as number) % 4 }, (_, index) => index),
  total: ({ xs }) => (xs as readonly number[]).reduce((sum, x) => sum + x, 0),
  totals: ({ xss }) => (xss as readonly number[][]).flat().reduce((sum, x) => sum + x, 0),
  write: ({ text }) => text as string,
  read: ({ source }) => source as string,
};

/** A task in one line, so that what two executions did can be compared. Artifacts are not compared by their places. */
export function taskLine(operation: string, given: Readonly<Record<string, unknown>>, gives: unknown): string {
  const parameters = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${operation}${JSON.stringify(parameters)} = ${JSON.stringify(gives)}`;
}

/** Executes a program one statement after the other: what a pipeline of it has to come to, whatever is done at once. */
export function interpret(program: Program, start: number): Execution {
  const tasks: string[] = [];

  function run(body: readonly Statement[], outer: ReadonlyMap<string, Value>): Map<string, Value> {
    const known = new Map(outer);
    const inside = new Map<string, Value>();
    const valueIn = (argument: Argument): Value =>
      "name" in argument ? (known.get(argument.name) as Value) : argument.constant;
    const holds = ({ left, operator, right }: Comparison): boolean => {
      const value = known.get(left) as number;
      return {
        "==": value === right,
        "!=": value !== right,
        "<": value < right,
        "<=": value <= right,
        ">": value > right,
        ">=": value >= right,
      }[operator];
    };
    for (const statement of body) {
      switch (statement.kind) {
        case "call": {
          const given = Object.fromEntries(
            Object.entries(statement.arguments).map(([name, argument]) => [name, valueIn(argument)]),
          );
          const value = does[statement.operation](given);
          const { source: _artifact, ...parameters } = given;
          tasks.push(taskLine(statement.operation, parameters, statement.operation === "write" ? undefined : value));
          known.set(statement.name, value);
          break;
        }
        case "when":
          if (holds(statement.condition)) run(statement.body, known);
          break;
        case "choose": {
          const branch = statement.branches.find(({ condition }) => condition === undefined || holds(condition));
          if (branch === undefined) throw new Error("the last branch has no condition");
          known.set(statement.name, run(branch.body, known).get(branch.result) as Value);
          break;
        }
        case "each": {
          const scopes = (valueIn(statement.items) as readonly number[]).map((item) =>
            run(statement.body, new Map([...known, [statement.item, item]])),
          );
          for (const name of new Set(scopes.flatMap((scope) => [...scope.keys()]))) {
            // What a loop inside this one has collected under the name of a task is a list in each round.
            if (!known.has(name)) inside.set(name, scopes.map((scope) => scope.get(name)) as number[]);
          }
          const { collected } = statement;
          if (collected !== undefined) known.set(collected.name, inside.get(collected.from) ?? []);
        }
      }
    }
    return new Map([...inside, ...known]);
  }

  const known = run(program.body, new Map([["start", start]]));
  return { tasks: tasks.sort(), output: known.get(program.output.name) as Value };
}
