import type { GraphComponent, Plan } from "../plan/plan.ts";
import { type DisplayNames, nameIn } from "./run-view.ts";

/** The names for people of the tasks of a plan, by their paths. */
export function displayNames({ root }: Plan): DisplayNames {
  return (path) => {
    let graph: GraphComponent | undefined = root;
    let name = nameIn(path);
    for (const part of path.split("/")) {
      const task: ReturnType<GraphComponent["tasks"]["get"]> = graph?.tasks.get(part);
      // The number of an iteration: it is in the same component.
      if (task === undefined) continue;
      name = task.displayName;
      graph = task.component.kind === "graph" ? task.component : undefined;
    }
    return name;
  };
}
