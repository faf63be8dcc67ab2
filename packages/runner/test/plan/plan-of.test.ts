import { describe, expect, test } from "vitest";
import { RunnerError } from "../../src/errors/runner-error.ts";
import { planOf } from "../../src/plan/plan-of.ts";
import { from, graph, type Parts, pipelineOf, task, unreadPipelineOf } from "../findings/pipeline.ts";

const input = (source: object, selector?: string) =>
  ({
    inputs: { parameters: { x: { ...source, ...(selector && { parameterExpressionSelector: selector }) } } },
  }) as NonNullable<Parts["tasks"]>;
const constant = (value: object) => input({ runtimeValue: value });
const planned = (parts: Parts) => planOf(pipelineOf(parts));
const taskOf = (parts: Parts, name = "say") => planned(parts).root.tasks.get(name);
const loop = (raw: string) => ({ parameterIterator: { items: { raw }, itemInput: "x" } });

describe("a plan", () => {
  test("has tasks after those whose outputs they take, also where the pipeline does not name those", () => {
    const { root } = planned({
      tasks: { a: task(input(from("b"))), b: task(input(from("c"))), c: task(), d: task({ dependentTasks: ["a"] }) },
    });
    expect([...root.tasks.keys()]).toEqual(["c", "b", "a", "d"]);
    expect(root.tasks.get("a")?.upstream).toEqual(["b"]);
    expect(root.tasks.get("d")?.upstream).toEqual(["a"]);
  });

  test("names each task that is waited for once", () => {
    const parts = { tasks: { a: task(), b: task({ dependentTasks: ["a", "a"], ...input(from("a")) }) } };
    expect(taskOf(parts, "b")?.upstream).toEqual(["a"]);
  });

  test("waits for the task whose final status is asked for", () => {
    const parts = { tasks: { a: task(), b: task(input({ taskFinalStatus: { producerTask: "a" } })) } };
    expect(taskOf(parts, "b")).toMatchObject({
      upstream: ["a"],
      parameters: { x: { from: "final status", task: "a" } },
    });
  });

  test("reads the items of a loop", () => {
    expect(taskOf({ tasks: { say: task(loop('[1, {"a": [2]}, "b"]')) } })?.loop).toEqual({
      over: "values",
      items: { constant: [1, { a: [2] }, "b"] },
      itemInput: "x",
      parallelism: 0,
    });
  });

  test("reads how a task is tried again, in milliseconds", () => {
    const retryPolicy = { maxRetryCount: 3, backoffDuration: "1.5s", backoffFactor: 2, backoffMaxDuration: "3600s" };
    expect(taskOf({ tasks: { say: task({ retryPolicy }) } })?.retry).toEqual({
      maxRetries: 3,
      backoffMs: 1500,
      factor: 2,
      maxBackoffMs: 3_600_000,
    });
  });

  test.each<[value: object, read: unknown]>([
    [{ constant: { a: [1, null] } }, { a: [1, null] }],
    [{ constantValue: { intValue: "7" } }, 7],
    [{ constantValue: { doubleValue: 0.5 } }, 0.5],
    [{ constantValue: { stringValue: "a" } }, "a"],
  ])("reads a constant, also in the older form: %j", (value, read) => {
    expect(taskOf({ tasks: { say: task(constant(value)) } })?.parameters.x).toMatchObject({ value: read });
  });

  test("has the type of a parameter, also in the older form", () => {
    const parameters = {
      i: { type: "INT" },
      d: { type: "DOUBLE" },
      s: { type: "STRING" },
      b: { parameterType: "BOOLEAN" },
    };
    const { component } = taskOf({ component: { inputDefinitions: { parameters } } }) ?? {};
    const types = Object.entries(component?.inputs.parameters ?? {}).map(([name, spec]) => [name, spec.parameterType]);
    expect(Object.fromEntries(types)).toEqual({
      i: "NUMBER_INTEGER",
      d: "NUMBER_DOUBLE",
      s: "STRING",
      b: "BOOLEAN",
    });
  });

  test("has what it does not reach nowhere, be it as wrong as it may", () => {
    const components = { lost: { executorLabel: "nothing" }, wrong: graph({ a: task({}, "nobody") }) };
    expect([...planned({ components }).components.keys()]).toEqual(["say"]);
  });
});

describe("a pipeline that cannot run is refused with the place", () => {
  test.each<[path: string, fact: RegExp, parts: Parts]>([
    ["root.dag.tasks", /no task/, { tasks: {} }],
    ["root.dag.tasks.a.componentRef.name", /no component "nobody"/, { tasks: { a: task({}, "nobody") } }],
    ['root.dag.tasks["a/b"]', /no name of a task/, { tasks: { "a/b": task() } }],
    ['root.dag.tasks[""]', /no name of a task/, { tasks: { "": task() } }],
    ["components.say.executorLabel", /no executor "lost"/, { component: { executorLabel: "lost" } }],
    [
      "root.dag.tasks",
      /wait for each other/,
      { tasks: { a: task({ dependentTasks: ["b"] }), b: task(input(from("a"))) } },
    ],
    ["root.dag.tasks", /wait for each other/, { tasks: { a: task({ dependentTasks: ["a"] }) } }],
    ["root.dag.tasks.a", /no task "b"/, { tasks: { a: task({ dependentTasks: ["b"] }) } }],
    ["root.dag.tasks.a", /no task "b"/, { tasks: { a: task(input(from("b"))) } }],
    [
      "root.dag.tasks.a.inputs.parameters.x",
      /no input parameter "y"/,
      { tasks: { a: task(input({ componentInputParameter: "y" })) } },
    ],
    [
      "root.dag.tasks.b.inputs.parameters.x",
      /the task a gives no parameter "nothing"/,
      { tasks: { a: task(), b: task(input(from("a", "nothing"))) } },
    ],
    ["root.dag.tasks.a.inputs.parameters.x", /from nowhere/, { tasks: { a: task(input({})) } }],
    [
      "root.dag.tasks.a.inputs.parameters.x.runtimeValue",
      /runtime parameter "p"/,
      { tasks: { a: task(constant({ runtimeParameter: "p" })) } },
    ],
    [
      "root.dag.tasks.a.inputs.parameters.x.parameterExpressionSelector",
      /character 1:/,
      { tasks: { a: task(input({ runtimeValue: { constant: 1 } }, "~")) } },
    ],
    [
      "root.dag.tasks.a.triggerPolicy.condition",
      /character 5:/,
      { tasks: { a: task({ triggerPolicy: { condition: "1 ==" } }) } },
    ],
    ["root.dag.tasks.a.parameterIterator.items.raw", /no JSON/, { tasks: { a: task(loop("[1")) } }],
    [
      "root.dag.tasks.a.parameterIterator.items.raw",
      /nest more than 1000/,
      { tasks: { a: task(loop("[".repeat(5000) + "]".repeat(5000))) } },
    ],
    ["root.dag.tasks.a.parameterIterator.items.raw", /no list/, { tasks: { a: task(loop("{}")) } }],
    [
      "root.dag.tasks.a.retryPolicy.backoffDuration",
      /"1m"/,
      { tasks: { a: task({ retryPolicy: { backoffDuration: "1m" } }) } },
    ],
    [
      "root.dag.tasks.a.retryPolicy.maxRetryCount",
      /-1/,
      { tasks: { a: task({ retryPolicy: { maxRetryCount: -1 } }) } },
    ],
    [
      "root.dag.outputs.parameters.all",
      /no task/,
      { root: { dag: { tasks: { a: task() }, outputs: { parameters: { all: {} } } } } },
    ],
  ])("%s: %s", (path, fact, parts) => {
    const refused = () => planOf(unreadPipelineOf(parts));
    expect(refused).toThrow(RunnerError);
    expect(refused).toThrow(fact);
    expect(refused).toThrow(`the pipeline cannot run: ${path}: `);
  });

  test("and a component that contains itself with the circle", () => {
    const components = {
      a: graph({ b: task({}, "b") }),
      b: graph({ c: task({}, "c") }),
      c: graph({ b: task({}, "b") }),
    };
    const refused = () => planned({ tasks: { a: task({}, "a") }, components });
    expect(refused).toThrow("components.c.dag.tasks.b.componentRef.name: ");
    expect(refused).toThrow("b -> c -> b");
  });

  test("however deep the circle or the nesting is", () => {
    const depth = 20_000;
    const deep = (last: string) =>
      Object.fromEntries(
        Array.from({ length: depth }, (_, i) => [
          `c${i}`,
          graph({ next: task({}, i + 1 < depth ? `c${i + 1}` : last) }),
        ]),
      );
    for (const last of ["c0", "say"]) {
      const pipeline = unreadPipelineOf({ tasks: { a: task({}, "c0") }, components: deep(last) });
      expect(() => planOf(pipeline)).toThrow("components nest more than 200 deep");
    }
  });
});

describe("a pipeline that is large is planned at once", () => {
  // A work that grows with the square of the tasks or items would take hours; the limit is that of the test runner.
  test("a chain, and a fan, of 10,000 tasks", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`t${i}`, task(i === 0 ? {} : { dependentTasks: [`t${i - 1}`] })]),
    );
    expect(planned({ tasks: chain }).root.tasks.size).toBe(10_000);
    const names = Array.from({ length: 10_000 }, (_, i) => `t${i}`);
    const fan = {
      ...Object.fromEntries(names.map((name) => [name, task()])),
      last: task({ dependentTasks: names }),
    };
    expect([...planned({ tasks: fan }).root.tasks.keys()].at(-1)).toBe("last");
  });

  test("a loop over a million items", () => {
    const raw = `[${Array.from({ length: 1_000_000 }, (_, i) => i).join(",")}]`;
    const found = taskOf({ tasks: { say: task(loop(raw)) } })?.loop;
    expect(found?.over === "values" && "constant" in found.items && found.items.constant.length).toBe(1_000_000);
  });
});
