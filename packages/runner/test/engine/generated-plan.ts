import type { Json } from "@kfp-ts/api";
import type { ReadyTask } from "../../src/engine/engine.ts";
import type { GraphComponent, ParameterOutput, ParameterSource, Task } from "../../src/plan/plan.ts";
import { constant, container, expression, gives, graph, input, output, over, task } from "./plans.ts";

/** Numbers from 0 to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number that follows from what a program is and gets. */
export function numberOf({ task: { name }, inputs }: Pick<ReadyTask, "task" | "inputs">): number {
  let hash = 7;
  for (const character of name + JSON.stringify(inputs.parameters)) {
    hash = (Math.imul(hash, 31) + character.charCodeAt(0)) % 1_000_003;
  }
  return Math.abs(hash);
}

/** What a generated program does: fails for ever or so many times, unless it is mended, and gives its number or a list. */
export function behaviourOf(
  ready: Pick<ReadyTask, "task" | "inputs">,
  mended = false,
): { readonly failures: number; readonly value: Json } {
  const number = numberOf(ready);
  const { name } = ready.task;
  const failures = name.startsWith("fail") ? Number.POSITIVE_INFINITY : name.startsWith("flaky") ? number % 3 : 0;
  return {
    failures: mended ? 0 : failures,
    value: name.startsWith("list") ? Array.from({ length: number % 4 }, (_, index) => number + index) : number,
  };
}

/** A random graph: leaves, conditions, one of two branches, loops in loops, retries, exit tasks, with values through all. */
export function generatedGraph(random: () => number, depth = 0, inputs: readonly string[] = []): GraphComponent {
  const tasks: Task[] = [];
  const numbers: ParameterSource[] = [...inputs.map(input), constant(Math.floor(random() * 100))];
  const lists: ParameterSource[] = [constant([1, 2, 3].slice(0, Math.floor(random() * 4)))];
  const found: ParameterOutput[] = [];
  const below = (names: readonly string[]) => generatedGraph(random, depth + 1, names);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const taking = (names: readonly string[]) => ({
    inputs: { parameters: Object.fromEntries(names.map((name) => [name, {}])), artifacts: {} },
  });
  const add = (one: Task, key: string | undefined, isList = false) => {
    tasks.push(one);
    if (key === undefined) return;
    (isList ? lists : numbers).push(output(one.name, key));
    if (random() < 0.5) found.push(gives(one.name, key));
  };
  const kinds = [leaf, leaf, leaf, exit, ...(depth < 3 ? [branches, loop, nested, conditional] : [])];
  const count = 1 + Math.floor(random() * 5);
  for (let index = 0; index < count; index++) pick(kinds)(index);
  return graph(shuffled(tasks, random), {
    ...taking(inputs),
    gives: { parameters: Object.fromEntries(found.map((one, index) => [`out${index}`, one])) },
  });

  function leaf(index: number) {
    const kind = pick(["plain", "plain", "plain", "plain", "flaky", "list", "list", "fail"]);
    const name = `${kind}-${index}`;
    const parameters = { x: pick(numbers), ...(random() < 0.4 ? { y: pick([...numbers, ...lists]) } : {}) };
    const after = tasks.length > 0 && random() < 0.2 ? [pick(tasks).name] : [];
    const retry = random() < 0.6 ? { maxRetries: 1, backoffMs: 10, factor: 2, maxBackoffMs: 3_600_000 } : undefined;
    const component = container(name, taking(Object.keys(parameters)));
    add(task(name, { component, parameters, after, retry }), "Output", kind === "list");
  }

  function exit(index: number) {
    if (tasks.length === 0) return leaf(index);
    const upstream = pick(tasks);
    const component = container(`exit-${index}`, {
      inputs: { parameters: { status: {}, x: { isOptional: true, defaultValue: -1 } }, artifacts: {} },
    });
    const parameters = { status: { from: "final status", task: upstream.name }, x: output(upstream.name) } as const;
    add(task(`exit-${index}`, { component, parameters, startsWhen: "upstream ended" }), "Output");
  }

  function conditional(index: number, odd = random() < 0.5, x = pick(numbers), key = `condition-${index}`) {
    const component = below(["x"]);
    const condition = expression(odd ? "x is odd" : "x is even", ({ parameters = {} }) => {
      return (Number(parameters.x) % 2 === 1) === odd;
    });
    add(task(key, { component, condition, parameters: { x } }), firstOutput(component), isListOutput(component));
    return component;
  }

  function branches(index: number) {
    const inside = (odd: boolean) => {
      const name = odd ? "odd" : "even";
      const leafOfIt = task(`plain-${name}`, {
        component: container(name, taking(["x"])),
        parameters: { x: input("x") },
      });
      const component = graph([leafOfIt], { ...taking(["x"]), gives: { parameters: { value: gives(leafOfIt.name) } } });
      const condition = expression(`x is ${name}`, ({ parameters = {} }) => (Number(parameters.x) % 2 === 1) === odd);
      return task(name, { component, condition, parameters: { x: input("x") } });
    };
    const sources = ["odd", "even"].map((name) => ({ task: name, output: "value" }));
    const component = graph([inside(true), inside(false)], {
      ...taking(["x"]),
      gives: { parameters: { value: { from: "one of", sources } } },
    });
    add(task(`branches-${index}`, { component, parameters: { x: pick(numbers) } }), "value");
  }

  function nested(index: number) {
    const component = below(["x", "y"]);
    const parameters = { x: pick(numbers), y: pick(numbers) };
    add(task(`nested-${index}`, { component, parameters }), firstOutput(component), isListOutput(component));
  }

  function loop(index: number) {
    const parallelism = Math.floor(random() * 3);
    const dynamic = random() < 0.5;
    const takes = dynamic ? ["x", "item", "items"] : ["x", "item"];
    const component =
      random() < 0.2 ? container(`plain-${index}`, taking(takes)) : { ...below(["x", "item"]), ...taking(takes) };
    const items = Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 10));
    add(
      task(`loop-${index}`, {
        component,
        parameters: { x: pick(numbers), ...(dynamic ? { items: pick(lists) } : {}) },
        loop: dynamic
          ? { over: "values", items: { input: "items" }, itemInput: "item", parallelism }
          : over(items, "item", parallelism),
      }),
      component.kind === "graph" ? firstOutput(component) : "Output",
      true,
    );
  }
}

function firstOutput(component: GraphComponent): string | undefined {
  return Object.keys(component.gives.parameters)[0];
}

function isListOutput(component: GraphComponent): boolean {
  const first = Object.values(component.gives.parameters)[0];
  if (first?.from !== "task") return false;
  const { task: name } = first.source;
  const inner = component.tasks.get(name)?.component;
  return (
    name.startsWith("list") ||
    name.startsWith("loop") ||
    (inner?.kind === "graph" && !name.startsWith("branches") && isListOutput(inner))
  );
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
