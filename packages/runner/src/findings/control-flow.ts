import { memberPath } from "@kfp-ts/api/pipeline-spec";
import type { Component } from "../plan/plan.ts";
import type { Finding } from "./finding.ts";
import type { Rule } from "./subject.ts";

/** Loops over artifacts: the backend has none. */
export const artifactLoops: Rule = function* ({ tasks }) {
  for (const { task, path } of tasks) {
    if (task.loop?.over !== "artifacts") continue;
    yield {
      kind: "refused by Kubeflow",
      rule: "artifact-loop",
      path: memberPath(path, "artifactIterator"),
      message: `the task ${task.name} loops over artifacts, which the open-source backend of Kubeflow Pipelines cannot do; loop over values that say which artifact is meant`,
    };
  }
};

/** Importers with a condition: their one container can not be left out. */
export const conditionsOfImporters: Rule = function* ({ tasks }) {
  for (const { task, path } of tasks) {
    if (task.condition === undefined || task.component.kind !== "importer") continue;
    yield {
      kind: "refused by Kubeflow",
      rule: "importer-condition",
      path: memberPath(path, "triggerPolicy", "condition"),
      message: `the task ${task.name} imports an artifact and has a condition, which Kubeflow Pipelines refuses; put the importer into a graph, and the condition on that`,
    };
  }
};

/** Retries of what has no attempts of its own. */
export const retriesOfGraphs: Rule = function* ({ tasks }) {
  for (const { task, path } of tasks) {
    if (task.retry === undefined || task.retry.maxRetries === 0 || task.component.kind === "container") continue;
    const what = task.component.kind === "graph" ? "a graph of tasks" : "an importer";
    yield {
      kind: "otherwise in Kubeflow",
      rule: "retry-of-no-container",
      path: memberPath(path, "retryPolicy"),
      message: `the task ${task.name} is ${what}, and only containers are tried again, there and here; give the retries to the tasks that may fail`,
    };
  }
};

/** Lists of lists that the backend makes flat. */
export const nestedCollected: Rule = function* ({ tasks, plan }) {
  for (const { task, path, graph } of tasks) {
    if (task.loop === undefined || task.component.kind !== "graph") continue;
    for (const [output, given] of Object.entries(task.component.gives.parameters)) {
      const sources = given.from === "task" ? [given.source] : given.sources;
      const inner = task.component;
      const isNested = sources.some(({ task: name, output: of }) => isCollected(inner, name, of));
      if (!isNested) continue;
      const isRead =
        [...graph.tasks.values()].some(({ parameters }) =>
          Object.values(parameters).some(
            (source) => source.from === "task" && source.task === task.name && source.output === output,
          ),
        ) || graph === plan.root;
      if (!isRead) continue;
      yield {
        kind: "otherwise in Kubeflow",
        rule: "nested-collected",
        path,
        message: `the output ${output} of the task ${task.name} is collected from loops within a loop: a list of lists here, as the compiler declares it, and one flat list there`,
      };
    }
  }
};

/** Whether an output of a task is a list of what the iterations of a loop gave. */
function isCollected(graph: Component & { kind: "graph" }, name: string, output: string): boolean {
  const task = graph.tasks.get(name);
  if (task === undefined) return false;
  if (task.loop !== undefined) return true;
  if (task.component.kind !== "graph") return false;
  const inner = task.component;
  const given = inner.gives.parameters[output];
  if (given === undefined) return false;
  const sources = given.from === "task" ? [given.source] : given.sources;
  return sources.some((source) => isCollected(inner, source.task, source.output));
}

/** A final status is taken of the first task by name that is waited for, whatever the input names. */
export const finalStatuses: Rule = function* ({ tasks }): Iterable<Finding> {
  for (const { task, path, spec } of tasks) {
    for (const [input, source] of Object.entries(task.parameters)) {
      if (source.from !== "final status") continue;
      // The backend adds what the inputs read of other tasks to what is named, but not the task of a status; and sorts.
      const waited = new Set(spec.dependentTasks);
      for (const other of [...Object.values(task.parameters), ...Object.values(task.artifacts)]) {
        if (other.from === "task") waited.add(other.task);
      }
      const [first] = [...waited].sort();
      if (first === source.task) continue;
      const does = first === undefined ? "fails there" : `gets the status of the task ${first} there`;
      yield {
        kind: first === undefined ? "refused by Kubeflow" : "otherwise in Kubeflow",
        rule: "final-status-of-another-task",
        path: memberPath(path, "inputs", "parameters", input),
        message: `the task ${task.name} asks for the final status of ${source.task}, and ${does}: it is taken of the first task, by name, that this one waits for`,
      };
    }
  }
};
