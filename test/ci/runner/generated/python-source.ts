import type { Argument, Branch, Comparison, Program, Statement } from "./program.ts";

const components = `from typing import List
from kfp import compiler, dsl
from kfp.dsl import Artifact, Input, Output


@dsl.component(base_image="python:3.11")
def add(a: int, b: int) -> int:
    assert type(a) is int and type(b) is int, (a, b)
    return a + b


@dsl.component(base_image="python:3.11")
def describe(n: int, word: str) -> str:
    return f"{word}<{n}>"


@dsl.component(base_image="python:3.11")
def spread(n: int) -> List[int]:
    return list(range(abs(n) % 4))


@dsl.component(base_image="python:3.11")
def total(xs: List[int]) -> int:
    assert all(type(x) is int for x in xs), xs
    return sum(xs)


@dsl.component(base_image="python:3.11")
def totals(xss: List[List[int]]) -> int:
    assert all(type(x) is int for xs in xss for x in xs), xss
    return sum(sum(xs) for xs in xss)


@dsl.component(base_image="python:3.11")
def write(text: str, out: Output[Artifact]):
    out.metadata["length"] = len(text)
    with open(out.path, "w") as file:
        file.write(text)


@dsl.component(base_image="python:3.11")
def read(source: Input[Artifact]) -> str:
    with open(source.path) as file:
        text = file.read()
    assert source.metadata["length"] == len(text)
    return text
`;

/**
 * The source of a module that compiles programs, each into a file of its own. A program that the compiler refuses has
 * no file; the module says which and why.
 */
export function pythonSource(programs: readonly { readonly program: Program; readonly file: string }[]): string {
  return [components, ...programs.map(({ program, file }, index) => pipeline(program, index, file))].join("\n\n");
}

function pipeline({ body, output }: Program, index: number, file: string): string {
  const type = { int: "int", str: "str", list: "List[int]", lists: "List[List[int]]", artifact: "Artifact" }[
    output.type
  ];
  return [
    "try:",
    ...indented([
      `@dsl.pipeline(name="generated-${index}")`,
      `def generated_${index}(start: int) -> ${type}:`,
      ...indented([...statements(body), `return ${output.name}`]),
      "",
      `compiler.Compiler().compile(generated_${index}, ${JSON.stringify(file)})`,
    ]),
    "except Exception as error:",
    `    print("refused", ${index}, type(error).__name__, error)`,
  ].join("\n");
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
const statements = (body: readonly Statement[]): string[] => body.flatMap(lines);

function lines(statement: Statement): string[] {
  switch (statement.kind) {
    case "call": {
      const given = Object.entries(statement.arguments).map(([name, value]) => `${name}=${reference(value)}`);
      return [
        `${statement.name}_task = ${statement.operation}(${given.join(", ")})`,
        `${statement.name} = ${statement.name}_task.${statement.operation === "write" ? 'outputs["out"]' : "output"}`,
      ];
    }
    case "when":
      return [`with dsl.If(${condition(statement.condition)}):`, ...indented(statements(statement.body))];
    case "choose":
      return [
        ...statement.branches.flatMap((branch, index) => [
          `with ${opening(branch, index)}:`,
          ...indented(statements(branch.body)),
        ]),
        `${statement.name} = dsl.OneOf(${statement.branches.map(({ result }) => result).join(", ")})`,
      ];
    case "each":
      return [
        `with dsl.ParallelFor(${reference(statement.items)}, parallelism=${statement.parallelism}) as ${statement.item}:`,
        ...indented(statements(statement.body)),
        ...(statement.collected === undefined
          ? []
          : [`${statement.collected.name} = dsl.Collected(${statement.collected.from})`]),
      ];
  }
}

function opening({ condition: comparison }: Branch, index: number): string {
  if (comparison === undefined) return "dsl.Else()";
  return `${index === 0 ? "dsl.If" : "dsl.Elif"}(${condition(comparison)})`;
}

const condition = ({ left, operator, right }: Comparison): string => `${left} ${operator} ${right}`;
/** A literal of JSON is one of Python here: there are no truth values and no null in it. */
const reference = (value: Argument): string => ("name" in value ? value.name : JSON.stringify(value.constant));
