import type { Json } from "@kfp-ts/api";
import type { ParameterSpec, ParameterType } from "@kfp-ts/api/pipeline-spec";
import { expect, test } from "vitest";
import { RunnerError } from "../../src/errors/runner-error.ts";
import type { ParameterSource, Task } from "../../src/plan/plan.ts";
import { resolveInputs } from "../../src/values/resolve-inputs.ts";
import { artifact } from "../engine/artifacts.ts";
import { run } from "../engine/executed.ts";
import { constant, container, expression, graph, input, task } from "../engine/plans.ts";

/** The inputs of a task in a graph with these inputs. */
function resolved(one: Task, graphInputs: Readonly<Record<string, Json>> = {}) {
  return resolveInputs(one, `group/${one.name}`, {
    inputs: { parameters: graphInputs, artifacts: { files: [artifact("a")] } },
    ends: new Map(),
    run,
  });
}

/** A task with one input, `x`. */
function takingX(spec: ParameterSpec, x?: ParameterSource): Task {
  const component = container("program", { inputs: { parameters: { x: spec }, artifacts: {} } });
  return task("one", { component, parameters: x === undefined ? {} : { x } });
}

function mistake(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof RunnerError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

test.each<[Json, string]>([
  ["text", "text"],
  [3, "3"],
  [0.1, "0.1"],
  [1e21, "1000000000000000000000"],
  [-1.5e-7, "-0.00000015"],
  [1.25e22, "12500000000000000000000"],
  [true, "true"],
  [[1, "a"], '[1,"a"]'],
  [{ a: 1 }, '{"a":1}'],
])("a text input takes %j as %s", (value, text) => {
  expect(resolved(takingX({ parameterType: "STRING" }, constant(value))).parameters).toEqual({ x: text });
});

test.each<[ParameterType, Json, string]>([
  ["NUMBER_INTEGER", "7", 'the string "7"'],
  ["NUMBER_DOUBLE", true, "the boolean true"],
  ["BOOLEAN", 1, "the number 1"],
  ["LIST", { a: 1 }, 'the struct {"a":1}'],
  ["STRUCT", [1], "the list [1]"],
])("an input of the type %s does not take %j", (parameterType, value, actual) => {
  expect(mistake(() => resolved(takingX({ parameterType }, constant(value))))).toBe(
    `INPUT_INVALID: task group/one: input x is a ${parameterType}, and the value is ${actual}`,
  );
});

test("whole numbers stay whole numbers, also in lists and structs", () => {
  const value = [1, { a: 2, b: [3.5] }];
  expect(resolved(takingX({ parameterType: "LIST" }, constant(value))).parameters.x).toEqual(value);
});

test("a long value is cut in a message", () => {
  const message = mistake(() => resolved(takingX({ parameterType: "LIST" }, constant("a".repeat(1000)))));
  expect(message.length).toBeLessThan(200);
});

test("an input without a value has its default; an optional one without a default is not given to a program", () => {
  expect(resolved(takingX({ isOptional: true, defaultValue: 5 })).parameters).toEqual({ x: 5 });
  expect(resolved(takingX({ isOptional: true, defaultValue: 5 }, input("none"))).parameters).toEqual({ x: 5 });
  expect(resolved(takingX({ isOptional: true, defaultValue: 5 }, input("none")), { none: null }).parameters).toEqual({
    x: 5,
  });
  expect(resolved(takingX({ isOptional: true, parameterType: "LIST" })).parameters).toEqual({});
});

test("a graph gets null for an optional input without a value, so that the tasks in it find it", () => {
  const component = graph([], { inputs: { parameters: { x: { isOptional: true } }, artifacts: {} } });
  expect(resolved(task("inner", { component })).parameters).toEqual({ x: null });
});

test("an input that is not optional needs a value that is not null", () => {
  expect(mistake(() => resolved(takingX({})))).toBe(
    "INPUT_INVALID: task group/one: input x has neither a value nor a default",
  );
  expect(mistake(() => resolved(takingX({}, input("none")), { none: null }))).toBe(
    "INPUT_INVALID: task group/one: input x has no value: input none of the graph around it has none",
  );
});

test("an input with literals takes nothing else", () => {
  const spec = { parameterType: "STRING", literals: ["a", "b"] } as const;
  expect(resolved(takingX(spec, constant("b"))).parameters).toEqual({ x: "b" });
  expect(mistake(() => resolved(takingX(spec, constant("c"))))).toBe(
    'INPUT_INVALID: task group/one: input x takes only "a", "b", and the value is "c"',
  );
});

test("a selector picks a part of the value, before the type is checked", () => {
  const select = expression("value.a", ({ value }) => (value as { a: Json }).a);
  const source: ParameterSource = { from: "input", input: "item", select };
  expect(resolved(takingX({ parameterType: "NUMBER_INTEGER" }, source), { item: { a: 3 } }).parameters).toEqual({
    x: 3,
  });
});

test("a selector that does not fit the value is an error that names task and input", () => {
  const select = expression("value.b", () => {
    throw new RunnerError("EXPRESSION_INVALID", "there is no member b");
  });
  const source: ParameterSource = { from: "input", input: "item", select };
  expect(mistake(() => resolved(takingX({}, source), { item: { a: 3 } }))).toBe(
    "EXPRESSION_INVALID: task group/one: input x: there is no member b",
  );
});

test.each([
  ["{{$.pipeline_job_name}}", "my run"],
  ["{{$.pipeline_job_resource_name}}", "test-0f5c2"],
  ["{{$.pipeline_job_uuid}}", "0f5c2f5e-0000-4000-8000-000000000001"],
  ["{{$.pipeline_task_name}}", "one"],
  ["{{$.pipeline_job_create_time_utc}}", "2026-01-02T03:04:05Z"],
  ["{{$.pipeline_job_schedule_time_utc}}", "2026-01-02T03:04:06Z"],
  ["{{$.workspace_path}}/data and {{$.workspace_path}}", "/kfp-workspace/data and /kfp-workspace"],
  ["run {{$.pipeline_job_uuid}}", "run {{$.pipeline_job_uuid}}"],
])("the constant %s is %s, as on a cluster", (text, value) => {
  expect(resolved(takingX({ parameterType: "STRING" }, constant(text))).parameters).toEqual({ x: value });
});

test("every task has an id of its own, which is the same in every attempt", () => {
  const idOf = (name: string) => {
    const one = { ...takingX({ parameterType: "STRING" }, constant("{{$.pipeline_task_uuid}}")), name };
    return resolved(one).parameters.x;
  };
  expect(idOf("one")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(idOf("one")).toBe(idOf("one"));
  expect(idOf("one")).not.toBe(idOf("two"));
});

test("a constant names other inputs of its task, and what their values say is not read again", () => {
  const one = task("one", {
    parameters: {
      text: constant("{{$.inputs.parameters['a']}} and {{$.inputs.parameters['b']}}, not {{$.inputs.parameters['c']}}"),
      list: constant([{ n: "{{$.inputs.parameters['b']}}" }]),
      a: input("a"),
      b: constant(2),
    },
  });
  expect(resolved(one, { a: "{{$.inputs.parameters['b']}} $& {{$.pipeline_job_uuid}}" }).parameters).toMatchObject({
    text: "{{$.inputs.parameters['b']}} $& {{$.pipeline_job_uuid}} and 2, not {{$.inputs.parameters['c']}}",
    list: [{ n: "2" }],
  });
});

test("an input that a constant names and that has no value stands there with its default", () => {
  const component = container("program", {
    inputs: { parameters: { text: {}, n: { isOptional: true, defaultValue: 3 } }, artifacts: {} },
  });
  const one = task("one", { component, parameters: { text: constant("{{$.inputs.parameters['n']}} times") } });
  expect(resolved(one).parameters).toEqual({ text: "3 times", n: 3 });
});

test("artifacts come from the graph around a task; one that is needed and not there is an error", () => {
  const component = container("program", {
    inputs: { parameters: {}, artifacts: { file: {}, more: { isOptional: true } } },
  });
  const taking = (name: string) => task("one", { component, artifacts: { file: { from: "input", input: name } } });
  expect(resolved(taking("files")).artifacts).toEqual({ file: [artifact("a")] });
  expect(mistake(() => resolved(taking("none")))).toBe(
    "INPUT_INVALID: task group/one: input file has no value: input none of the graph around it has none",
  );
});

test("an input with the name of a member of every object is an input as any other", () => {
  const one = task("one", { parameters: { constructor: input("toString"), ["__proto__"]: constant(1) } });
  expect(Object.entries(resolved(one).parameters)).toEqual([["__proto__", 1]]);
});
