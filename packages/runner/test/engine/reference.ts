import type { Json } from "@kfp-ts/api";
import type { TaskState } from "../../src/events/run-event.ts";
import type { Component, GraphComponent, Task } from "../../src/plan/plan.ts";
import { behaviourOf } from "./generated-plan.ts";

/** What comes out of a run, by the rules told as plainly as can be: one task after another, nothing in between kept. */
export interface Reference {
  readonly state: TaskState;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly states: ReadonlyMap<string, TaskState>;
  /** What each leaf got that was executed. */
  readonly inputs: ReadonlyMap<string, Readonly<Record<string, Json>>>;
}

/** A list that a loop made, of what its iterations gave. */
class Many {
  readonly items: readonly Out[];

  constructor(items: readonly Out[]) {
    this.items = items;
  }
}
type Out = Json | Many;
interface End {
  readonly state: TaskState;
  readonly out: Readonly<Record<string, Out>>;
}

/** Interprets a generated graph, as it is or with programs that do not fail. */
export function interpreted(root: GraphComponent, mended = false): Reference {
  const states = new Map<string, TaskState>();
  const inputs = new Map<string, Readonly<Record<string, Json>>>();
  const end = graphEnd(root, "", {});
  const outputs = Object.fromEntries(Object.entries(end.out).map(([name, value]) => [name, plain(value)]));
  return { state: end.state, outputs, states, inputs };

  function graphEnd(component: GraphComponent, prefix: string, given: Readonly<Record<string, Json>>): End {
    const ends = new Map<string, End>();
    const todo = new Set(component.tasks.values());
    while (todo.size > 0) {
      for (const task of todo) {
        if (!task.upstream.every((name) => ends.has(name))) continue;
        const end = taskEnd(task, `${prefix}${task.name}`, given, ends);
        states.set(`${prefix}${task.name}`, end.state);
        ends.set(task.name, end);
        todo.delete(task);
      }
    }
    const out: Record<string, Out> = {};
    for (const [name, from] of Object.entries(component.gives.parameters)) {
      const sources = from.from === "task" ? [from.source] : from.sources;
      const one = from.from === "task" ? sources[0] : sources.find((s) => ends.get(s.task)?.state === "SUCCEEDED");
      const value = one && ends.get(one.task)?.out[one.output];
      if (value !== undefined) out[name] = value;
    }
    return { state: [...ends.values()].some((end) => end.state === "FAILED") ? "FAILED" : "SUCCEEDED", out };
  }

  function taskEnd(
    task: Task,
    path: string,
    given: Readonly<Record<string, Json>>,
    ends: ReadonlyMap<string, End>,
  ): End {
    const before = task.upstream.map((name) => ends.get(name)?.state);
    const exit = task.startsWhen === "upstream ended";
    const ran = before.filter((state) => state === "SUCCEEDED" || state === "FAILED");
    const fine = before.every((state) => state === "SUCCEEDED");
    if (exit ? ran.length === 0 && before.length > 0 : !fine) return { state: "OMITTED", out: {} };
    const values: Record<string, Json> = {};
    for (const [name, source] of Object.entries(task.parameters)) {
      if (source.from === "constant") values[name] = source.value;
      if (source.from === "input" && given[source.input] !== undefined) values[name] = given[source.input] as Json;
      if (source.from === "task") {
        const value = ends.get(source.task)?.out[source.output];
        if (value !== undefined) values[name] = plain(value);
      }
      if (source.from === "final status") {
        values[name] = {
          state: ends.get(source.task)?.state === "FAILED" ? "FAILED" : "COMPLETE",
          pipelineJobResourceName: "test-0f5c2",
          pipelineTaskName: source.task,
          error: {},
        };
      }
    }
    for (const [name, spec] of Object.entries(task.component.inputs.parameters)) {
      if (values[name] !== undefined || (task.loop?.over === "values" && task.loop.itemInput === name)) continue;
      if (spec.defaultValue === undefined) return { state: "FAILED", out: {} };
      values[name] = spec.defaultValue;
    }
    if (task.condition?.evaluate({ parameters: values }) === false) return { state: "SKIPPED", out: {} };
    if (task.loop?.over !== "values") return bodyEnd(task, task.component, path, values);
    const { items, itemInput } = task.loop;
    const list = "input" in items ? values[items.input] : items.constant;
    if (!Array.isArray(list)) return { state: "FAILED", out: {} };
    if ("input" in items) delete values[items.input];
    const all = list.map((item: Json, index: number) => {
      const end = bodyEnd(task, task.component, `${path}/${index}`, { ...values, [itemInput]: item });
      states.set(`${path}/${index}`, end.state);
      return end;
    });
    const out: Record<string, Out> = {};
    for (const name of Object.keys(task.component.outputs.parameters)) {
      out[name] = new Many(all.flatMap((end) => (end.out[name] === undefined ? [] : [end.out[name]])));
    }
    return { state: all.some((end) => end.state === "FAILED") ? "FAILED" : "SUCCEEDED", out };
  }

  function bodyEnd(task: Task, component: Component, path: string, values: Readonly<Record<string, Json>>): End {
    if (component.kind === "graph") return graphEnd(component, `${path}/`, values);
    inputs.set(path, values);
    const { failures, value } = behaviourOf({ task, inputs: { parameters: values, artifacts: {} } }, mended);
    if (failures > (task.retry?.maxRetries ?? 0)) return { state: "FAILED", out: {} };
    return { state: "SUCCEEDED", out: { Output: value } };
  }
}

function plain(out: Out): Json {
  return out instanceof Many ? out.items.map(plain) : out;
}
