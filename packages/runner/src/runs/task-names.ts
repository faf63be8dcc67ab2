import type { GraphComponent, Plan, Task } from "../plan/plan.ts";

/** What a task is called, by its path: its name, and the one for people that the pipeline gives it. */
export type TaskNames = (path: string) => { readonly name: string; readonly displayName: string };

/** The names of the tasks of a plan; an iteration has those of its loop. */
export function taskNames({ root }: Plan): TaskNames {
  return (path) => {
    let graph: GraphComponent | undefined = root;
    let task: Task | undefined;
    let isIteration = false;
    for (const part of path.split("/")) {
      if (isIteration) isIteration = false;
      else {
        task = graph?.tasks.get(part);
        graph = task?.component.kind === "graph" ? task.component : undefined;
        isIteration = task?.loop !== undefined;
      }
    }
    return { name: task?.name ?? path, displayName: task?.displayName ?? path };
  };
}
