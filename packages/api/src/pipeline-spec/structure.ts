import type { ComponentSpec, DagSpec } from "./component-spec.ts";
import type { DeploymentConfig, ExecutorSpec } from "./deployment-config.ts";
import { deploymentConfigShape } from "./deployment-shapes.ts";
import type { PipelineSpec } from "./pipeline-spec.ts";
import { readMessage } from "./proto-json.ts";
import { memberPath, SpecError, type SpecPath, shortened } from "./spec-error.ts";
import { checkOrder } from "./task-order.ts";

/**
 * Checks what Kubeflow Pipelines finds only when it compiles a pipeline for a run, or when Argo refuses the result:
 * executors of another shape, references to components, executors and tasks that are not there, tasks that wait for
 * each other. Only what the root reaches is looked at, as there.
 *
 * @throws SpecError for the first mistake.
 */
export function checkStructure(spec: PipelineSpec): void {
  const executors = deploymentConfigOf(spec).executors ?? {};
  const seen = new Set<string>();

  const visit = (component: ComponentSpec, path: SpecPath): void => {
    if (component.dag !== undefined) {
      for (const name of checkDag(component.dag, memberPath(path, "dag"), spec)) {
        if (seen.has(name)) continue;
        seen.add(name);
        pending.push(name);
      }
    } else if (component.executorLabel) {
      checkExecutor(component.executorLabel, memberPath(path, "executorLabel"), executors);
    } else {
      throw new SpecError(path, "the component has neither a dag nor an executorLabel, so there is nothing to run");
    }
  };

  // A list instead of recursion: components may refer to each other in any depth, and in circles.
  const pending: string[] = [];
  visit(spec.root ?? {}, "root");
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    visit(spec.components?.[name] ?? {}, memberPath("components", name));
  }
}

/**
 * The executors of a pipeline.
 *
 * @throws SpecError where one is of another shape.
 */
export function deploymentConfigOf({ deploymentSpec }: PipelineSpec): DeploymentConfig {
  // Unknown fields are allowed here: the compiler of Vertex AI writes some, and upstream drops them.
  return readMessage(deploymentConfigShape, deploymentSpec ?? {}, "deploymentSpec", "ignore");
}

/** Checks a graph and gives the names of the components that its tasks refer to. */
function checkDag(dag: DagSpec, path: SpecPath, spec: PipelineSpec): string[] {
  const tasks = dag.tasks ?? {};
  const tasksPath = memberPath(path, "tasks");
  if (Object.keys(tasks).length === 0) throw new SpecError(tasksPath, "there is no task, so there is nothing to run");
  const names = Object.entries(tasks).map(([name, task]) => {
    const refPath = memberPath(tasksPath, name, "componentRef", "name");
    const component = task.componentRef?.name ?? "";
    if (component === "") throw new SpecError(refPath, "the task refers to no component");
    if (!Object.hasOwn(spec.components ?? {}, component)) {
      throw new SpecError(refPath, notThere("component", component, spec.components));
    }
    return component;
  });
  checkOrder(tasks, tasksPath);
  return names;
}

function checkExecutor(label: string, path: SpecPath, executors: Readonly<Record<string, ExecutorSpec>>): void {
  const executor = Object.hasOwn(executors, label) ? executors[label] : undefined;
  if (executor === undefined) throw new SpecError(path, notThere("executor", label, executors));
  if (Object.keys(executor).length === 0) {
    const executorPath = memberPath("deploymentSpec", "executors", label);
    throw new SpecError(executorPath, "the executor has neither a container nor an importer");
  }
}

/** The fact that a name leads nowhere, and the names that do not. */
function notThere(kind: string, name: string, known: Readonly<Record<string, unknown>> | undefined): string {
  const names = Object.keys(known ?? {});
  const list = names.length === 0 ? "none" : shortened(names.join(", "));
  return `there is no ${kind} ${JSON.stringify(shortened(name))}; there are ${list}`;
}
