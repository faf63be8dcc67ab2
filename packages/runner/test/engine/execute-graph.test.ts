import { expect, test } from "vitest";
import { executed, failed, gave } from "./executed.ts";
import { constant, container, gives, graph, input, output, task } from "./plans.ts";

const number = { parameterType: "NUMBER_INTEGER" } as const;
const takesX = container("takes-x", { inputs: { parameters: { x: number }, artifacts: {} } });

test("a task begins once those have ended whose outputs it takes, and gets these", async () => {
  const root = graph(
    [
      task("second", { component: takesX, parameters: { x: output("first") } }),
      task("first", { component: takesX, parameters: { x: constant(20) } }),
    ],
    { gives: { parameters: { total: gives("second") } } },
  );
  const { state, outputs, executions } = await executed(root, ({ inputs }) => gave(Number(inputs.parameters.x) + 1));
  expect(executions.map(({ path, inputs }) => [path, inputs.parameters])).toEqual([
    ["first", { x: 20 }],
    ["second", { x: 21 }],
  ]);
  expect({ state, outputs }).toEqual({ state: "SUCCEEDED", outputs: { parameters: { total: 22 }, artifacts: {} } });
});

test("tasks that wait for nobody are executed side by side, as many as there are jobs", async () => {
  let underWay = 0;
  let most = 0;
  const root = graph(Array.from({ length: 9 }, (_, index) => task(`t${index}`)));
  await executed(
    root,
    async () => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      return undefined;
    },
    { jobs: 3 },
  );
  expect(most).toBe(3);
});

test("what waits for a failed task is omitted, and everything else is executed to its end", async () => {
  const root = graph([
    task("bad"),
    task("after-bad", { after: ["bad"] }),
    task("after-that", { after: ["after-bad"] }),
    task("good"),
    task("after-good", { after: ["good"] }),
  ]);
  const { state, error, states } = await executed(root, ({ path }) => (path === "bad" ? failed() : undefined));
  expect(Object.fromEntries(states)).toEqual({
    bad: "FAILED",
    "after-bad": "OMITTED",
    "after-that": "OMITTED",
    good: "SUCCEEDED",
    "after-good": "SUCCEEDED",
  });
  expect({ state, error }).toEqual({
    state: "FAILED",
    error: { code: "TASK_FAILED", message: "task bad: exit code 1" },
  });
});

test("inputs of the run reach the tasks, through graphs in graphs", async () => {
  const takes = { inputs: { parameters: { x: number }, artifacts: {} } };
  const inner = graph([task("leaf", { component: takesX, parameters: { x: input("x") } })], {
    ...takes,
    gives: { parameters: { result: gives("leaf") } },
  });
  const outer = graph([task("inner", { component: inner, parameters: { x: input("x") } })], {
    ...takes,
    gives: { parameters: { result: gives("inner", "result") } },
  });
  const root = graph([task("outer", { component: outer, parameters: { x: input("n") } })], {
    gives: { parameters: { result: gives("outer", "result") } },
  });
  const { outputs, events } = await executed(root, ({ inputs }) => gave(Number(inputs.parameters.x) * 2), {
    inputs: { parameters: { n: 21 }, artifacts: {} },
  });
  expect(outputs.parameters).toEqual({ result: 42 });
  expect(events.map((event) => `${event.type}: ${"task" in event ? event.task : ""}`)).toEqual([
    "task started: outer",
    "task started: outer/inner",
    "task started: outer/inner/leaf",
    "task ended: outer/inner/leaf",
    "task ended: outer/inner",
    "task ended: outer",
  ]);
});

test("the error of a run names the task that failed, whatever the task's own error says", async () => {
  const { error } = await executed(graph([task("a")]), () => failed("an apple a day"));
  expect(error?.message).toBe("task a: an apple a day");
});

test("a run without tasks has succeeded", async () => {
  expect(await executed(graph([]))).toMatchObject({ state: "SUCCEEDED" });
});
