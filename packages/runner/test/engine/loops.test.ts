import type { Json } from "@kfp-ts/api";
import { expect, test } from "vitest";
import type { Loop } from "../../src/plan/plan.ts";
import { artifact } from "./artifacts.ts";
import { executed, failed, gave } from "./executed.ts";
import { constant, container, expression, gives, graph, input, output, over, task } from "./plans.ts";

const takes = (...names: readonly string[]) => ({
  inputs: { parameters: Object.fromEntries(names.map((name) => [name, {}])), artifacts: {} },
});

/** A loop whose iterations give the item that they get. */
function echo(loop: Loop, parts: Parameters<typeof task>[1] = {}) {
  const leaf = task("echo", { component: container("echo", takes("item")), parameters: { item: input("item") } });
  const component = graph([leaf], { ...takes("item"), gives: { parameters: { item: gives("echo") } } });
  return task("loop", { component, loop, ...parts });
}
const collected = { gives: { parameters: { all: gives("loop", "item") } } };

test("a loop is executed once for each item, and gives what its iterations gave in the order of the items", async () => {
  const root = graph([echo(over([3, 1, 2]))], collected);
  const { outputs, states } = await executed(root, async ({ inputs }) => {
    for (let turns = Number(inputs.parameters.item) * 3; turns > 0; turns--) await new Promise(setImmediate);
    return gave(inputs.parameters.item ?? null);
  });
  expect(outputs.parameters).toEqual({ all: [3, 1, 2] });
  expect([...states.keys()].sort()).toEqual([
    "loop",
    "loop/0",
    "loop/0/echo",
    "loop/1",
    "loop/1/echo",
    "loop/2",
    "loop/2/echo",
  ]);
});

test("a loop without items has no iterations, succeeds and gives empty lists", async () => {
  const root = graph([echo(over([]))], collected);
  expect(await executed(root)).toMatchObject({
    state: "SUCCEEDED",
    outputs: { parameters: { all: [] } },
    executions: [],
  });
});

test.each([
  ["a list", [{ a: 1 }, { a: 2 }]],
  ["a text that is one as JSON", '[{"a":1},{"a":2}]'],
])("items come from an input: %s; an iteration sees its item, and not the list", async (_, items) => {
  const component = container("part", takes("items", "item"));
  const loop: Loop = { over: "values", items: { input: "items" }, itemInput: "item", parallelism: 0 };
  const root = graph([task("loop", { component, loop, parameters: { items: constant(items) } })]);
  const { executions } = await executed(root);
  expect(executions.map(({ path, inputs }) => [path, inputs.parameters])).toEqual([
    ["loop/0", { item: { a: 1 } }],
    ["loop/1", { item: { a: 2 } }],
  ]);
});

test("a loop in a loop over the same list sees the whole list", async () => {
  const loop: Loop = { over: "values", items: { input: "items" }, itemInput: "item", parallelism: 0 };
  const inner = task("inner", {
    component: container("pair", takes("items", "item")),
    loop,
    parameters: { items: input("items") },
  });
  const outer = task("outer", {
    component: graph([inner], takes("items", "item")),
    loop,
    parameters: { items: constant([1, 2]) },
  });
  const { states } = await executed(graph([outer]), () => undefined);
  expect([...states].filter(([path]) => /\/inner\/\d$/.test(path)).sort()).toEqual([
    ["outer/0/inner/0", "SUCCEEDED"],
    ["outer/0/inner/1", "SUCCEEDED"],
    ["outer/1/inner/0", "SUCCEEDED"],
    ["outer/1/inner/1", "SUCCEEDED"],
  ]);
});

test.each<[string, Json]>([
  ['"no list"', "no list"],
  ['{"a":1}', { a: 1 }],
  ["7", 7],
])("a loop over %s fails and says what it got", async (text, items) => {
  const loop: Loop = { over: "values", items: { input: "items" }, itemInput: "item", parallelism: 0 };
  const component = container("part", takes("items", "item"));
  const { error } = await executed(graph([task("loop", { component, loop, parameters: { items: constant(items) } })]));
  expect(error).toEqual({
    code: "INPUT_INVALID",
    message: `task loop: input items is ${text}, and a loop takes a list`,
  });
});

test.each([
  [2, 2],
  [0, 5],
])("with a parallelism of %d and five jobs, %d iterations are under way at once", async (parallelism, most) => {
  const underWay = new Set<string>();
  let seen = 0;
  const items = Array.from({ length: 12 }, (_, index) => index);
  const emit = async (event: { readonly type: string; readonly task?: string }) => {
    const path = event.task ?? "";
    if (!/^loop\/\d+$/.test(path)) return;
    if (event.type === "task started") underWay.add(path);
    else underWay.delete(path);
    seen = Math.max(seen, underWay.size);
  };
  await executed(graph([echo(over(items, "item", parallelism))]), () => gave(1), { jobs: 5, emit });
  expect(seen).toBe(most);
});

test("a loop of a million items holds only what is under way", async () => {
  let executions = 0;
  const stop = new AbortController();
  const root = graph([echo(over(Array.from({ length: 1_000_000 }, (_, index) => index)))]);
  const before = process.memoryUsage().heapUsed;
  const run = executed(
    root,
    () => {
      if (++executions === 500) stop.abort(new Error("enough"));
      return gave(1);
    },
    { stop: stop.signal, emit: async () => {} },
  );
  await expect(run).rejects.toThrow("enough");
  expect(executions).toBeLessThan(510);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
});

test("what a loop in a loop collects is a list for each iteration, and all artifacts are one flat list", async () => {
  const leaf = task("leaf", {
    component: container("leaf", takes("a", "b")),
    parameters: { a: input("a"), b: input("b") },
  });
  const files = (from: string, key: string) => ({ files: [{ task: from, output: key }] });
  const inner = graph([leaf], {
    ...takes("a", "b"),
    gives: { parameters: { sum: gives("leaf") }, artifacts: files("leaf", "file") },
  });
  const loop = task("inner", { component: inner, loop: over([10, 20], "b"), parameters: { a: input("a") } });
  const outer = graph([loop], {
    ...takes("a"),
    gives: { parameters: { sums: gives("inner", "sum") }, artifacts: files("inner", "files") },
  });
  const root = graph([task("outer", { component: outer, loop: over([1, 2], "a") })], {
    gives: { parameters: { all: gives("outer", "sums") }, artifacts: files("outer", "files") },
  });
  const { outputs } = await executed(root, ({ path, inputs: { parameters } }) => ({
    outcome: "succeeded",
    outputs: {
      parameters: { Output: Number(parameters.a) + Number(parameters.b) },
      artifacts: { file: [artifact(path)] },
    },
  }));
  expect(outputs.parameters).toEqual({
    all: [
      [11, 21],
      [12, 22],
    ],
  });
  const paths = ["outer/0/inner/0", "outer/0/inner/1", "outer/1/inner/0", "outer/1/inner/1"];
  expect(outputs.artifacts).toEqual({ files: paths.map((path) => artifact(`${path}/leaf`)) });
});

test("an iteration whose branch was skipped leaves no gap in what is collected", async () => {
  const isEven = expression("item is even", ({ parameters = {} }) => Number(parameters.item) % 2 === 0);
  const leaf = task("leaf", { component: container("leaf", takes("item")), parameters: { item: input("item") } });
  const branch = graph([leaf], { ...takes("item"), gives: { parameters: { Output: gives("leaf") } } });
  const body = graph([task("branch", { component: branch, condition: isEven, parameters: { item: input("item") } })], {
    ...takes("item"),
    gives: { parameters: { item: gives("branch") } },
  });
  const root = graph([task("loop", { component: body, loop: over([1, 2, 3, 4]) })], collected);
  const { state, outputs } = await executed(root, ({ inputs }) => gave(inputs.parameters.item ?? 0));
  expect([state, outputs.parameters]).toEqual(["SUCCEEDED", { all: [2, 4] }]);
});

test("a loop over artifacts gives each iteration one of them, and collects theirs as one list", async () => {
  const leaf = task("copy", {
    component: container("copy", {
      inputs: { parameters: {}, artifacts: { file: {} } },
      outputs: { parameters: {}, artifacts: { copy: {} } },
    }),
    artifacts: { file: { from: "input", input: "file" } },
  });
  const body = graph([leaf], {
    inputs: { parameters: {}, artifacts: { file: {}, files: { isArtifactList: true } } },
    gives: { artifacts: { copies: [{ task: "copy", output: "copy" }] } },
  });
  const root = graph(
    [
      task("loop", {
        component: body,
        loop: { over: "artifacts", input: "files", itemInput: "file", parallelism: 0 },
        artifacts: { files: { from: "input", input: "all" } },
      }),
    ],
    { gives: { artifacts: { copies: [{ task: "loop", output: "copies" }] } } },
  );
  const { outputs, inputsOf } = await executed(
    root,
    ({ inputs }) => ({
      outcome: "succeeded",
      outputs: { parameters: {}, artifacts: { copy: [artifact(`copy-of-${inputs.artifacts.file?.[0]?.name}`)] } },
    }),
    { inputs: { parameters: {}, artifacts: { all: [artifact("a"), artifact("b")] } } },
  );
  expect(inputsOf("loop/1")?.artifacts).toEqual({ file: [artifact("b")] });
  expect(outputs.artifacts).toEqual({ copies: [artifact("copy-of-a"), artifact("copy-of-b")] });
});

test("a failed iteration does not keep the others from being executed, and the loop fails with its error", async () => {
  const root = graph([echo(over([0, 1, 2], "item", 1)), task("next", { after: ["loop"] })]);
  const { states, error, state } = await executed(root, ({ path }) => (path === "loop/1/echo" ? failed() : gave(1)));
  expect(["loop/0", "loop/1", "loop/2", "loop", "next"].map((path) => states.get(path))).toEqual([
    "SUCCEEDED",
    "FAILED",
    "SUCCEEDED",
    "FAILED",
    "OMITTED",
  ]);
  expect([state, error?.message]).toEqual(["FAILED", "task loop/1/echo: exit code 1"]);
});

test("a text that nests too deeply is no list of items", async () => {
  const text = "[".repeat(5000) + "]".repeat(5000);
  const loop: Loop = { over: "values", items: { input: "list" }, itemInput: "item", parallelism: 0 };
  const { error } = await executed(graph([task("loop", { loop, parameters: { list: constant(text) } })]));
  expect(error).toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("a loop takes a list") });
});

test("an item that is not what the iteration takes fails that iteration alone", async () => {
  const component = container("number", {
    inputs: { parameters: { item: { parameterType: "NUMBER_INTEGER" } }, artifacts: {} },
  });
  const root = graph([task("loop", { component, loop: over([1, "two", 3]) })]);
  const { error, states } = await executed(root);
  expect(Object.fromEntries(states)).toEqual({
    "loop/0": "SUCCEEDED",
    "loop/1": "FAILED",
    "loop/2": "SUCCEEDED",
    loop: "FAILED",
  });
  expect(error).toEqual({
    code: "INPUT_INVALID",
    message: 'task loop/1: input item is a NUMBER_INTEGER, and the value is the string "two"',
  });
});

test("tasks of an iteration get the outputs of their own iteration", async () => {
  const body = graph(
    [
      task("make", { component: container("make", takes("item")), parameters: { item: input("item") } }),
      task("use", { component: container("use", takes("x")), parameters: { x: output("make") } }),
    ],
    takes("item"),
  );
  const root = graph([task("loop", { component: body, loop: over([1, 2, 3]) })]);
  const { inputsOf } = await executed(root, ({ inputs }) => gave(Number(inputs.parameters.item) * 10));
  expect([0, 1, 2].map((index) => inputsOf(`loop/${index}/use`)?.parameters)).toEqual([
    { x: 10 },
    { x: 20 },
    { x: 30 },
  ]);
});

test.each<Loop>([
  { over: "values", items: { input: "constructor" }, itemInput: "item", parallelism: 0 },
  { over: "artifacts", input: "constructor", itemInput: "item", parallelism: 0 },
])("a loop over an input without a value is told, also where every object has a member of its name", async (loop) => {
  const { state, states } = await executed(graph([task("loop", { component: graph([task("one")]), loop })]));
  expect([state, states.get("loop")]).toEqual(
    loop.over === "values" ? ["FAILED", "FAILED"] : ["SUCCEEDED", "SUCCEEDED"],
  );
});
