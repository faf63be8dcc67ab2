import type { RunEvent, TaskError, TaskKind, TaskState } from "@kfp-ts/runner";

/** A task as the tree shows it. */
export interface TaskNode {
  readonly path: string;
  /** Its own name, or the number of an iteration. */
  readonly name: string;
  /** What an iteration of a loop over values is for, as text; undefined for everything else. */
  item: string | undefined;
  /** Undefined until it is told: an iteration that is only known by the tasks in it. */
  kind: TaskKind | undefined;
  state: TaskState;
  /** Milliseconds since 1970; 0 until then. */
  startedAt: number;
  endedAt: number;
  attempts: number;
  isCached: boolean;
  error: TaskError | undefined;
  /** Until when it waits for its next attempt; 0 where it does not. */
  waitsUntil: number;
  readonly children: Map<string, TaskNode>;
}

/** How many leaves of a run stand how. Graphs and loops are what they are made of. */
export interface TaskCounts {
  readonly succeeded: number;
  readonly cached: number;
  readonly failed: number;
  readonly running: number;
  /** Skipped, omitted or canceled. */
  readonly notRun: number;
}

/** The tasks of a run as a tree, by what has happened. Events are added in their order. */
export class TaskTree {
  readonly #root: TaskNode = nodeOf("", "");
  /** The names of the inputs of each loop, by its path. */
  readonly #loopInputs = new Map<string, ReadonlySet<string>>();

  /** The tasks at the top, in the order in which they were first told of. */
  get tasks(): readonly TaskNode[] {
    return [...this.#root.children.values()];
  }

  /** @returns the task that it is about; undefined where it is about the run. */
  add(event: RunEvent): TaskNode | undefined {
    switch (event.type) {
      case "run resumed":
        if (event.retryFailed) forgetFailures(this.#root);
        return undefined;
      case "task started": {
        const node = this.#at(event.task);
        node.kind = event.kind;
        node.state = "RUNNING";
        if (event.kind === "loop") this.#loopInputs.set(event.task, new Set(Object.keys(event.inputs.parameters)));
        node.item = this.#itemOf(event.task, event.inputs.parameters);
        // A graph that is gone on with began earlier.
        if (node.startedAt === 0 || isLeaf(node)) node.startedAt = event.at;
        node.attempts = event.attempt;
        node.waitsUntil = 0;
        return node;
      }
      case "attempt failed": {
        const node = this.#at(event.task);
        node.waitsUntil = event.at + event.retryInMs;
        node.error = event.error;
        return node;
      }
      case "task ended": {
        const node = this.#at(event.task);
        node.state = event.state;
        node.endedAt = event.at;
        node.waitsUntil = 0;
        node.isCached = event.cached !== undefined;
        node.error = event.error;
        return node;
      }
      default:
        return undefined;
    }
  }

  counts(): TaskCounts {
    const counts = { succeeded: 0, cached: 0, failed: 0, running: 0, notRun: 0 };
    const count = (node: TaskNode): void => {
      for (const child of node.children.values()) count(child);
      if (!isLeaf(node)) return;
      if (node.state === "SUCCEEDED") counts.succeeded += 1;
      else if (node.state === "FAILED") counts.failed += 1;
      else if (node.state === "RUNNING" || node.state === "PENDING") counts.running += 1;
      else counts.notRun += 1;
      if (node.isCached) counts.cached += 1;
    };
    for (const node of this.tasks) count(node);
    return counts;
  }

  /** The items of the iterations around a task, and its own where it is one, from the outside in. */
  itemsOf(path: string): readonly string[] {
    const items: string[] = [];
    let node: TaskNode | undefined = this.#root;
    for (const name of path.split("/")) {
      node = node?.children.get(name);
      if (node?.item !== undefined) items.push(node.item);
    }
    return items;
  }

  /** An iteration has the inputs of its loop, and one more: its item. */
  #itemOf(path: string, inputs: Readonly<Record<string, unknown>>): string | undefined {
    const end = path.lastIndexOf("/");
    const ofLoop = this.#loopInputs.get(path.slice(0, Math.max(0, end)));
    if (ofLoop === undefined) return undefined;
    const [item, other] = Object.entries(inputs).filter(([name]) => !ofLoop.has(name));
    if (item === undefined || other !== undefined) return undefined;
    const [, value] = item;
    return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  }

  #at(path: string): TaskNode {
    let node = this.#root;
    for (const name of path.split("/")) {
      const parent = node;
      const known = parent.children.get(name);
      node = known ?? nodeOf(parent.path === "" ? name : `${parent.path}/${name}`, name);
      if (known === undefined) parent.children.set(name, node);
    }
    return node;
  }
}

/** Whether it is executed itself, and not only what is in it. */
export function isLeaf({ kind, children }: TaskNode): boolean {
  return kind === undefined ? children.size === 0 : kind === "container" || kind === "importer";
}

/** Whether it has come to its end. */
export function hasEnded({ state }: TaskNode): boolean {
  return state !== "PENDING" && state !== "RUNNING";
}

/** Who goes on with a run that failed executes again what failed, was canceled or was never begun. */
function forgetFailures(node: TaskNode): void {
  for (const child of node.children.values()) forgetFailures(child);
  if (node.state !== "FAILED" && node.state !== "CANCELED" && node.state !== "OMITTED") return;
  node.state = "PENDING";
  node.endedAt = 0;
  node.error = undefined;
}

function nodeOf(path: string, name: string): TaskNode {
  return {
    path,
    name,
    item: undefined,
    kind: undefined,
    state: "PENDING",
    startedAt: 0,
    endedAt: 0,
    attempts: 0,
    isCached: false,
    error: undefined,
    waitsUntil: 0,
    children: new Map(),
  };
}
