import type { GraphComponent, Task } from "../plan/plan.ts";

/** Who waits for whom in a graph. */
export interface GraphShape {
  /** Those that wait for nobody. */
  readonly first: readonly Task[];
  /** Those that wait for a task. */
  readonly downstream: ReadonlyMap<string, readonly Task[]>;
}

const shapes = new WeakMap<GraphComponent, GraphShape>();

/** The shape of a graph. It is made once, however many iterations the graph has. */
export function shapeOf(component: GraphComponent): GraphShape {
  const known = shapes.get(component);
  if (known !== undefined) return known;
  const first: Task[] = [];
  const downstream = new Map<string, Task[]>();
  for (const task of component.tasks.values()) {
    if (task.upstream.length === 0) first.push(task);
    for (const name of task.upstream) {
      const others = downstream.get(name);
      if (others === undefined) downstream.set(name, [task]);
      else others.push(task);
    }
  }
  const shape = { first, downstream };
  shapes.set(component, shape);
  return shape;
}
