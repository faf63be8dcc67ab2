import type { Json } from "@kfp-ts/api";
import type { Expression } from "../../src/expressions/expression.ts";
import type {
  Component,
  ContainerComponent,
  GraphComponent,
  Loop,
  ParameterOutput,
  ParameterSource,
  Plan,
  Task,
} from "../../src/plan/plan.ts";

/** A component whose program is scripted by the test. */
export function container(name: string, parts: Partial<ContainerComponent> = {}): ContainerComponent {
  return {
    kind: "container",
    name,
    inputs: { parameters: {}, artifacts: {} },
    outputs: { parameters: { Output: { parameterType: "NUMBER_INTEGER" } }, artifacts: {} },
    executorLabel: `exec-${name}`,
    container: { image: "scripted" },
    kubernetes: undefined,
    taskConfig: [],
    ...parts,
  };
}

/** A graph of tasks, in the order given. */
export function graph(
  tasks: readonly Task[],
  parts: Partial<Omit<GraphComponent, "gives">> & { readonly gives?: Partial<GraphComponent["gives"]> } = {},
): GraphComponent {
  const gives = { parameters: {}, artifacts: {}, ...parts.gives };
  return {
    kind: "graph",
    name: "",
    inputs: { parameters: {}, artifacts: {} },
    outputs: {
      parameters: Object.fromEntries(Object.keys(gives.parameters).map((name) => [name, {}])),
      artifacts: Object.fromEntries(Object.keys(gives.artifacts).map((name) => [name, {}])),
    },
    tasks: new Map(tasks.map((one) => [one.name, one])),
    ...parts,
    gives,
  };
}

/** A task that succeeds unless the test scripts something else; it waits for what its inputs come from, and for `after`. */
export function task(name: string, parts: Partial<Task> & { readonly after?: readonly string[] } = {}): Task {
  const { after = [], ...rest } = parts;
  const sources = [...Object.values(rest.parameters ?? {}), ...Object.values(rest.artifacts ?? {})];
  const needed = sources.flatMap((source) =>
    source.from === "task" || source.from === "final status" ? [source.task] : [],
  );
  return {
    name,
    displayName: name,
    component: container(name),
    upstream: [...new Set([...after, ...needed])],
    startsWhen: "upstream succeeded",
    condition: undefined,
    loop: undefined,
    retry: undefined,
    cache: { enabled: false, key: undefined },
    parameters: {},
    artifacts: {},
    ...rest,
  };
}

/** A plan of these tasks. */
export function plan(root: GraphComponent): Plan {
  return { pipelineName: "test", root, pipelineRoot: "", workspace: false, components: new Map<string, Component>() };
}

export const constant = (value: Json): ParameterSource => ({ from: "constant", value });
export const input = (name: string): ParameterSource => ({ from: "input", input: name });
export const output = (name: string, key = "Output"): ParameterSource => ({ from: "task", task: name, output: key });
export const gives = (name: string, key = "Output"): ParameterOutput => ({
  from: "task",
  source: { task: name, output: key },
});

/** An expression that a test evaluates itself. */
export function expression(text: string, evaluate: Expression["evaluate"]): Expression {
  return { text, evaluate };
}

/** A loop over values that are known. */
export function over(items: readonly Json[], itemInput = "item", parallelism = 0): Loop {
  return { over: "values", items: { constant: items }, itemInput, parallelism };
}
