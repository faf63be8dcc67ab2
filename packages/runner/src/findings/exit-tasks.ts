import { memberPath } from "@kfp-ts/api/pipeline-spec";
import type { Finding } from "./finding.ts";
import type { PlacedTask, Rule } from "./subject.ts";

/**
 * Tasks that run whatever became of those before. The backend makes a hook of each that is hung on the tasks that it
 * names, one hook to a task, and takes it out of the graph.
 */
export const exitTasks: Rule = function* ({ tasks, components, plan }) {
  const exits = tasks.filter(({ task }) => task.startsWhen === "upstream ended");
  /** By graph, as names are those of a graph. */
  const hooks = new Map<PlacedTask["graph"], Map<string, string>>();
  // In the order of the backend: the last one by name wins.
  for (const placed of [...exits].sort((a, b) => (a.task.name < b.task.name ? 1 : -1))) {
    const { task, path, graph } = placed;
    const at = memberPath(path, "triggerPolicy", "strategy");
    const taken = hooks.get(graph) ?? new Map<string, string>();
    hooks.set(graph, taken);
    const finding = (rule: string, message: string): Finding => ({
      kind: "otherwise in Kubeflow",
      rule,
      path: at,
      message: `the task ${task.name} runs whatever became of the tasks before it; ${message}`,
    });
    if (graph !== plan.root) {
      yield finding(
        "exit-task-in-graph",
        "Kubeflow's own compiler makes such tasks of exit handlers at the root only, and promises nothing for those inside other graphs",
      );
    }
    if (task.upstream.length === 0) {
      yield finding("exit-task-never-runs", "it waits for none, so Kubeflow Pipelines never starts it: name the task");
    }
    if (task.upstream.length > 1) {
      yield finding(
        "exit-task-fan-in",
        `Kubeflow Pipelines starts it once for each of the ${task.upstream.length} tasks that it waits for, here it runs once: wait for one task, or for a graph of them`,
      );
    }
    for (const name of task.upstream) {
      const before = graph.tasks.get(name);
      const winner = taken.get(name);
      taken.set(name, winner ?? task.name);
      if (winner !== undefined) {
        yield finding(
          "exit-tasks-of-one-task",
          `Kubeflow Pipelines starts only one such task after ${name}, which is ${winner}: make one graph of both`,
        );
      } else if (before?.loop !== undefined || before?.component.kind === "importer") {
        const what = before.loop === undefined ? "an importer" : "a loop";
        yield finding(
          "exit-task-never-runs",
          `${name} is ${what}, after which Kubeflow Pipelines starts none: put it into a graph, and wait for that`,
        );
      }
    }
  }
  yield* awaited(tasks);
  for (const { component, path } of components) {
    if (component.kind !== "graph") continue;
    if ([...component.tasks.values()].some(({ startsWhen }) => startsWhen === "upstream succeeded")) continue;
    yield {
      kind: "refused by Kubeflow",
      rule: "exit-tasks-only",
      path: memberPath(path, "dag", "tasks"),
      message:
        "all tasks of the graph run whatever became of those before, and Kubeflow Pipelines wants at least one other",
    };
  }
};

function* awaited(tasks: readonly PlacedTask[]): Iterable<Finding> {
  for (const { task, path, graph } of tasks) {
    const isExit = (name: string): boolean => graph.tasks.get(name)?.startsWhen === "upstream ended";
    const exit = task.startsWhen === "upstream succeeded" ? task.upstream.find(isExit) : undefined;
    if (exit === undefined) continue;
    yield {
      kind: "refused by Kubeflow",
      rule: "exit-task-awaited",
      path,
      message: `the task ${task.name} waits for ${exit}, which runs whatever became of the tasks before it and is no part of the graph in Kubeflow Pipelines, so that the workflow is refused; wait for what ${exit} waits for`,
    };
  }
}
