import { itemPath, memberPath, SpecError, type SpecPath, shortened } from "./spec-error.ts";
import type { TaskSpec } from "./task-spec.ts";

type Tasks = Readonly<Record<string, TaskSpec>>;

/** A task that another one waits for, and the place that says so. */
interface Predecessor {
  readonly name: string;
  readonly path: SpecPath;
}

/**
 * Checks that the tasks of a graph can be put in an order: every task that one waits for, by `dependentTasks` or by
 * an input, is in the same graph, and no task waits for itself through others.
 *
 * @throws SpecError for the first mistake.
 */
export function checkOrder(tasks: Tasks, path: SpecPath): void {
  const waiting = new Map<string, Set<string>>();
  for (const [name, task] of Object.entries(tasks)) {
    const predecessors = predecessorsOf(task, memberPath(path, name));
    for (const predecessor of predecessors) {
      if (Object.hasOwn(tasks, predecessor.name)) continue;
      const missing = JSON.stringify(shortened(predecessor.name));
      throw new SpecError(predecessor.path, `there is no task ${missing} in the same dag`);
    }
    waiting.set(name, new Set(predecessors.map((predecessor) => predecessor.name)));
  }
  const circle = circleOf(waiting);
  if (circle !== undefined) {
    throw new SpecError(
      path,
      `tasks wait for each other, so none of them can start: ${shortened(circle.join(" -> "))}`,
    );
  }
}

function predecessorsOf(task: TaskSpec, path: SpecPath): Predecessor[] {
  const found: Predecessor[] = [];
  for (const [index, name] of (task.dependentTasks ?? []).entries()) {
    found.push({ name, path: itemPath(memberPath(path, "dependentTasks"), index) });
  }
  for (const [input, { taskOutputParameter, taskFinalStatus }] of Object.entries(task.inputs?.parameters ?? {})) {
    const inputPath = memberPath(path, "inputs", "parameters", input);
    if (taskOutputParameter !== undefined) {
      found.push(producer(taskOutputParameter.producerTask, memberPath(inputPath, "taskOutputParameter")));
    }
    if (taskFinalStatus !== undefined) {
      found.push(producer(taskFinalStatus.producerTask, memberPath(inputPath, "taskFinalStatus")));
    }
  }
  for (const [input, { taskOutputArtifact }] of Object.entries(task.inputs?.artifacts ?? {})) {
    if (taskOutputArtifact === undefined) continue;
    const inputPath = memberPath(path, "inputs", "artifacts", input);
    found.push(producer(taskOutputArtifact.producerTask, memberPath(inputPath, "taskOutputArtifact")));
  }
  return found;
}

function producer(name: string | undefined, path: SpecPath): Predecessor {
  return { name: name ?? "", path: memberPath(path, "producerTask") };
}

/** Takes away tasks that wait for nothing, again and again; what is left over waits in a circle. */
function circleOf(waiting: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const left = new Map([...waiting].map(([name, predecessors]) => [name, predecessors.size]));
  const followers = new Map<string, string[]>();
  for (const [name, predecessors] of waiting) {
    for (const predecessor of predecessors) followers.set(predecessor, [...(followers.get(predecessor) ?? []), name]);
  }
  const ready = [...left].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    left.delete(name);
    for (const follower of followers.get(name) ?? []) {
      const count = (left.get(follower) ?? 0) - 1;
      left.set(follower, count);
      if (count === 0) ready.push(follower);
    }
  }
  const [start] = left.keys();
  if (start === undefined) return undefined;

  // Every task that is left waits for another one that is left: going back must come to a task for the second time.
  const way: string[] = [];
  let current = start;
  while (!way.includes(current)) {
    way.push(current);
    current = [...(waiting.get(current) ?? [])].find((name) => left.has(name)) ?? start;
  }
  return [...way.slice(way.indexOf(current)), current];
}
