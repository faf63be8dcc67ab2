import {
  type ComponentSpec,
  type DagOutputParameterSpec,
  type DagSpec,
  memberPath,
  SpecError,
  type SpecPath,
} from "@kfp-ts/api/pipeline-spec";
import type { Component, GraphComponent, OutputReference, ParameterOutput, Task } from "./plan.ts";
import { taskOf } from "./task-of.ts";

/** Reads the graph of a component: its tasks in an order in which each comes after those that it waits for. */
export function graphOf(
  spec: ComponentSpec,
  path: SpecPath,
  component: (name: string, path: SpecPath) => Component,
): Pick<GraphComponent, "tasks" | "gives"> {
  const dag = spec.dag ?? {};
  const dagPath = memberPath(path, "dag");
  const tasksPath = memberPath(dagPath, "tasks");
  const entries = Object.entries(dag.tasks ?? {});
  if (entries.length === 0) throw new SpecError(tasksPath, "there is no task, so there is nothing to run");
  const tasks = new Map(
    entries.map(([name, task]): [string, Task] => {
      const taskPath = memberPath(tasksPath, name);
      if (name === "" || name.includes("/")) {
        throw new SpecError(taskPath, `${JSON.stringify(name)} is no name of a task: it is part of paths`);
      }
      const refPath = memberPath(taskPath, "componentRef", "name");
      const made = component(task.componentRef?.name ?? "", refPath);
      return [name, taskOf(name, task, taskPath, { component: made, around: spec })];
    }),
  );
  const ordered = inOrder(tasks, tasksPath);
  for (const task of tasks.values()) checkSources(task, tasks, memberPath(tasksPath, task.name, "inputs"));
  return { tasks: ordered, gives: outputsOf(dag, tasks, memberPath(dagPath, "outputs")) };
}

/** What tasks take of each other has to be there: the compiler now and then forgets to hand an output on. */
function checkSources(task: Task, tasks: ReadonlyMap<string, Task>, path: SpecPath): void {
  for (const kind of ["parameters", "artifacts"] as const) {
    for (const [input, source] of Object.entries(task[kind])) {
      if (source.from === "task") reference(kind, source, tasks, memberPath(path, kind, input));
    }
  }
}

function inOrder(tasks: ReadonlyMap<string, Task>, path: SpecPath): ReadonlyMap<string, Task> {
  const followers = new Map<string, Task[]>();
  const waits = new Map<string, number>();
  for (const task of tasks.values()) {
    waits.set(task.name, task.upstream.length);
    for (const name of task.upstream) {
      if (!tasks.has(name)) {
        throw new SpecError(memberPath(path, task.name), `there is no task ${JSON.stringify(name)} in the same graph`);
      }
      const list = followers.get(name);
      if (list === undefined) followers.set(name, [task]);
      else list.push(task);
    }
  }
  const ready = [...tasks.values()].filter(({ upstream }) => upstream.length === 0);
  const ordered = new Map<string, Task>();
  for (let index = 0; index < ready.length; index++) {
    const task = ready[index] as Task;
    ordered.set(task.name, task);
    for (const follower of followers.get(task.name) ?? []) {
      const left = (waits.get(follower.name) ?? 0) - 1;
      waits.set(follower.name, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (ordered.size === tasks.size) return ordered;
  const left = [...tasks.keys()].filter((name) => !ordered.has(name));
  throw new SpecError(path, `tasks wait for each other, so none of them can start: ${left.slice(0, 5).join(", ")}`);
}

function outputsOf({ outputs }: DagSpec, tasks: ReadonlyMap<string, Task>, path: SpecPath): GraphComponent["gives"] {
  const parameters = Object.entries(outputs?.parameters ?? {}).map(([name, output]): [string, ParameterOutput] => [
    name,
    parameterOutput(output, tasks, memberPath(path, "parameters", name)),
  ]);
  const artifacts = Object.entries(outputs?.artifacts ?? {}).map(([name, { artifactSelectors = [] }]) => {
    const selectorPath = memberPath(path, "artifacts", name);
    if (artifactSelectors.length === 0) throw new SpecError(selectorPath, "the output comes from no task");
    const references = artifactSelectors.map(({ producerSubtask, outputArtifactKey }) =>
      reference("artifacts", { task: producerSubtask ?? "", output: outputArtifactKey ?? "" }, tasks, selectorPath),
    );
    return [name, references] as const;
  });
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
}

function parameterOutput(
  { valueFromParameter, valueFromOneof }: DagOutputParameterSpec,
  tasks: ReadonlyMap<string, Task>,
  path: SpecPath,
): ParameterOutput {
  const one = ({ producerSubtask = "", outputParameterKey = "" }) =>
    reference("parameters", { task: producerSubtask, output: outputParameterKey }, tasks, path);
  if (valueFromParameter !== undefined) return { from: "task", source: one(valueFromParameter) };
  const selectors = valueFromOneof?.parameterSelectors ?? [];
  if (selectors.length === 0) throw new SpecError(path, "the output comes from no task");
  return { from: "one of", sources: selectors.map(one) };
}

function reference(
  kind: "parameters" | "artifacts",
  found: OutputReference,
  tasks: ReadonlyMap<string, Task>,
  path: SpecPath,
): OutputReference {
  const task = tasks.get(found.task);
  if (task === undefined) {
    throw new SpecError(path, `there is no task ${JSON.stringify(found.task)} in the same graph`);
  }
  if (!Object.hasOwn(task.component.outputs[kind], found.output)) {
    const what = kind === "parameters" ? "parameter" : "artifact";
    throw new SpecError(path, `the task ${found.task} gives no ${what} ${JSON.stringify(found.output)}`);
  }
  return found;
}
