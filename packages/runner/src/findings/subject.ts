import {
  type ComponentSpec,
  memberPath,
  type ParsedPipeline,
  type SpecPath,
  type TaskSpec,
} from "@kfp-ts/api/pipeline-spec";
import type { Component, GraphComponent, Plan, Task } from "../plan/plan.ts";
import type { Finding } from "./finding.ts";

/** What rules look at: a pipeline that has a plan, and where each of its parts stands. */
export interface Subject {
  readonly pipeline: ParsedPipeline;
  readonly plan: Plan;
  /** Every component that the root reaches, the root first. */
  readonly components: readonly PlacedComponent[];
  readonly tasks: readonly PlacedTask[];
}

/** A component and where it stands. */
export interface PlacedComponent<C extends Component = Component> {
  readonly component: C;
  readonly path: SpecPath;
  /** As it is compiled. */
  readonly spec: ComponentSpec;
}

/** A task, the graph that it is in, and where it stands. */
export interface PlacedTask {
  readonly task: Task;
  readonly path: SpecPath;
  /** As it is compiled. */
  readonly spec: TaskSpec;
  readonly graph: GraphComponent;
}

/** Looks at a pipeline for one kind of thing. */
export type Rule = (subject: Subject) => Iterable<Finding>;

/** A pipeline with the places of its parts. */
export function subjectOf(pipeline: ParsedPipeline, plan: Plan): Subject {
  const specs = pipeline.pipelineSpec.components ?? {};
  const components: readonly PlacedComponent[] = [
    { component: plan.root, path: "root", spec: pipeline.pipelineSpec.root ?? {} },
    ...[...plan.components.values()].map((component) => ({
      component,
      path: memberPath("components", component.name),
      spec: specs[component.name] ?? {},
    })),
  ];
  const tasks = components.flatMap(({ component, path, spec }) => {
    if (component.kind !== "graph") return [];
    return [...component.tasks.values()].map((task) => ({
      task,
      path: memberPath(path, "dag", "tasks", task.name),
      spec: spec.dag?.tasks?.[task.name] ?? {},
      graph: component,
    }));
  });
  return { pipeline, plan, components, tasks };
}

/** The components of one kind. */
export function componentsOfKind<K extends Component["kind"]>(
  { components }: Subject,
  kind: K,
): readonly PlacedComponent<Component & { kind: K }>[] {
  return components.filter(
    (placed): placed is PlacedComponent<Component & { kind: K }> => placed.component.kind === kind,
  );
}

/** Where the executor of a leaf stands. */
export function executorPath({ executorLabel }: { readonly executorLabel: string }, ...names: string[]): SpecPath {
  return memberPath("deploymentSpec", "executors", executorLabel, ...names);
}
