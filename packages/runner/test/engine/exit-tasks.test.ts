import { expect, test } from "vitest";
import { executed, failed, gave } from "./executed.ts";
import { constant, container, expression, graph, output, task } from "./plans.ts";

const takesStatus = container("exit", {
  inputs: { parameters: { status: { parameterType: "TASK_FINAL_STATUS" } }, artifacts: {} },
});

/** An exit task that gets the final status of what it waits for. */
function exitOf(name: string, component = takesStatus) {
  return task("exit", {
    component,
    startsWhen: "upstream ended",
    parameters: { status: { from: "final status", task: name } },
  });
}

test.each([
  ["COMPLETE", false],
  ["FAILED", true],
])("an exit task is told that what it waited for is %s, as a cluster tells it", async (told, fails) => {
  const work = task("exit-handler-1", { component: graph([task("work")]) });
  const { inputsOf, states, state } = await executed(graph([work, exitOf("exit-handler-1")]), ({ path }) =>
    fails && path.endsWith("work") ? failed() : gave(1),
  );
  expect(inputsOf("exit")?.parameters).toEqual({
    status: {
      state: told,
      pipelineJobResourceName: "test-0f5c2",
      pipelineTaskName: "exit-handler-1",
      error: {},
    },
  });
  expect([states.get("exit"), state]).toEqual(["SUCCEEDED", fails ? "FAILED" : "SUCCEEDED"]);
});

test("an exit task of what was skipped or omitted is omitted, as on a cluster", async () => {
  const never = expression("false", () => false);
  const root = graph([task("handler", { condition: never }), exitOf("handler")]);
  const { states } = await executed(root);
  expect(states.get("exit")).toBe("OMITTED");
});

test("a task that ignores failures gets its default instead of the output of a failed task", async () => {
  const component = container("ignores", {
    inputs: {
      parameters: { message: { parameterType: "STRING", isOptional: true, defaultValue: "nothing" } },
      artifacts: {},
    },
  });
  const root = graph([
    task("bad"),
    task("ignores", { component, startsWhen: "upstream ended", parameters: { message: output("bad") } }),
  ]);
  const { inputsOf, state } = await executed(root, ({ path }) => (path === "bad" ? failed() : undefined));
  expect([inputsOf("ignores")?.parameters, state]).toEqual([{ message: "nothing" }, "FAILED"]);
});

test("an exit task waits for all that it names, and is executed once", async () => {
  const root = graph([
    task("one"),
    task("two", {
      component: container("two", { inputs: { parameters: { x: {} }, artifacts: {} } }),
      parameters: { x: constant(1) },
    }),
    task("exit", { after: ["one", "two"], startsWhen: "upstream ended" }),
  ]);
  const { executions } = await executed(root, ({ path }) => (path === "one" ? failed() : undefined));
  expect(executions.map(({ path }) => path)).toEqual(["one", "two", "exit"]);
});

test("a run whose exit task fails has failed", async () => {
  const root = graph([task("handler"), exitOf("handler")]);
  const { state } = await executed(root, ({ path }) => (path === "exit" ? failed() : undefined));
  expect(state).toBe("FAILED");
});
