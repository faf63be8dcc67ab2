import { expect, test } from "vitest";
import { RunnerError } from "../../src/errors/runner-error.ts";
import { artifact } from "./artifacts.ts";
import { executed, gave } from "./executed.ts";
import { constant, container, expression, gives, graph, output, task } from "./plans.ts";

const isHeads = expression("flip == heads", ({ parameters = {} }) => parameters.flip === "heads");
const isTails = expression("flip == tails", ({ parameters = {} }) => parameters.flip === "tails");
const takesFlip = { inputs: { parameters: { flip: {} }, artifacts: {} } };

/** If and Else around a task each, and one of their outputs. */
function branches(flip: string) {
  const branch = (name: string, condition: typeof isHeads) =>
    task(name, {
      condition,
      parameters: { flip: constant(flip) },
      component: graph([task(`${name}-leaf`)], {
        ...takesFlip,
        gives: {
          parameters: { value: gives(`${name}-leaf`) },
          artifacts: { file: [{ task: `${name}-leaf`, output: "file" }] },
        },
      }),
    });
  const sources = (key: string) => ["heads", "tails"].map((name) => ({ task: name, output: key }));
  return graph([branch("heads", isHeads), branch("tails", isTails)], {
    gives: {
      parameters: { value: { from: "one of", sources: sources("value") } },
      artifacts: { file: sources("file") },
    },
  });
}

test("a task whose condition does not hold is skipped, with all that is in it, and its graph has succeeded", async () => {
  const root = graph([task("branches", { component: branches("tails") })]);
  const { state, states, executions } = await executed(root);
  expect(state).toBe("SUCCEEDED");
  expect(Object.fromEntries(states)).toEqual({
    "branches/heads": "SKIPPED",
    "branches/tails": "SUCCEEDED",
    "branches/tails/tails-leaf": "SUCCEEDED",
    branches: "SUCCEEDED",
  });
  expect(executions.map(({ path }) => path)).toEqual(["branches/tails/tails-leaf"]);
});

test.each(["heads", "tails"])("one of several outputs is that of the branch that was executed: %s", async (flip) => {
  const root = graph([task("branches", { component: branches(flip) })], {
    gives: {
      parameters: { value: gives("branches", "value") },
      artifacts: { file: [{ task: "branches", output: "file" }] },
    },
  });
  const { outputs } = await executed(root, ({ path }) => ({
    outcome: "succeeded",
    outputs: { parameters: { Output: path }, artifacts: { file: [artifact(path)] } },
  }));
  const path = `branches/${flip}/${flip}-leaf`;
  expect(outputs).toEqual({ parameters: { value: path }, artifacts: { file: [artifact(path)] } });
});

test("where no branch was executed there is no output, and whoever takes it fails with the input's name", async () => {
  const takesX = container("takes", { inputs: { parameters: { x: {} }, artifacts: {} } });
  const root = graph([
    task("branches", { component: branches("edge") }),
    task("next", { component: takesX, parameters: { x: output("branches", "value") } }),
  ]);
  const { state, error } = await executed(root);
  expect({ state, error }).toEqual({
    state: "FAILED",
    error: {
      code: "INPUT_INVALID",
      message: "task next: input x has no value: task branches gave no output value",
    },
  });
});

test("a task after a skipped one is omitted, as on a cluster", async () => {
  const never = expression("false", () => false);
  const root = graph([task("skipped", { condition: never }), task("next", { after: ["skipped"] })]);
  const { state, states } = await executed(root);
  expect([state, states.get("next")]).toEqual(["SUCCEEDED", "OMITTED"]);
});

test("a condition that is neither true nor false, or cannot be evaluated, fails its task and says which", async () => {
  const number = expression("1 + 1", () => 2);
  const broken = expression("x.y", () => {
    throw new RunnerError("EXPRESSION_INVALID", "x has no member y");
  });
  const root = graph([task("number", { condition: number }), task("broken", { condition: broken }), task("fine")]);
  const { events, state } = await executed(root, () => gave(1));
  expect(state).toBe("FAILED");
  expect(events.flatMap((event) => (event.type === "task ended" && event.error ? [event.error.message] : []))).toEqual([
    "task number: the condition 1 + 1 is neither true nor false",
    "task broken: x has no member y",
  ]);
});
