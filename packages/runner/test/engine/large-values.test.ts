import { expect, test } from "vitest";
import { MAX_CHARACTERS } from "../../src/values/size.ts";
import { executed, gave } from "./executed.ts";
import { container, gives, graph, output, over, task } from "./plans.ts";

/** Two of these are too much for one task. */
const large = "a".repeat(MAX_CHARACTERS / 2 + 1);
const text = { parameterType: "STRING" } as const;
const tooMuch = expect.stringContaining("more characters than can be written down");

test("what goes into a task is no more than can be written down", async () => {
  const component = container("takes", { inputs: { parameters: { a: text, b: text }, artifacts: {} } });
  const root = graph([
    task("one"),
    task("two"),
    task("both", { component, parameters: { a: output("one"), b: output("two") } }),
  ]);
  const { states, error } = await executed(root, () => gave(large));
  expect(Object.fromEntries(states)).toEqual({ one: "SUCCEEDED", two: "SUCCEEDED", both: "FAILED" });
  expect(error).toEqual({ code: "INPUT_INVALID", message: tooMuch });
});

test.each([
  ["a program", "leaf", graph([task("leaf")])],
  ["a loop", "loop", graph([task("loop", { component: container("body"), loop: over([1, 2]) })])],
  [
    "a graph",
    "group",
    graph([
      task("group", {
        component: graph([task("one"), task("two")], {
          gives: { parameters: { first: gives("one"), second: gives("two") } },
        }),
      }),
    ]),
  ],
])("what comes out of %s is no more than can be written down", async (_what, path, root) => {
  const { state, error, states, events } = await executed(root, ({ path: leaf }) =>
    gave(leaf === "leaf" ? [large, large] : large),
  );
  expect([state, error?.code, states.get(path)]).toEqual(["FAILED", "OUTPUT_INVALID", "FAILED"]);
  expect(error?.message).toEqual(tooMuch);
  for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(MAX_CHARACTERS);
});

test("a run whose outputs are more than can be written down has failed", async () => {
  const root = graph([task("one"), task("two")], {
    gives: { parameters: { first: gives("one"), second: gives("two") } },
  });
  expect(await executed(root, () => gave(large))).toMatchObject({
    state: "FAILED",
    error: { code: "OUTPUT_INVALID", message: tooMuch },
    outputs: { parameters: {} },
  });
});
