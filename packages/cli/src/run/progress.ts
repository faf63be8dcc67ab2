import type { RunEvent } from "@kfp-ts/runner";
import { formatDuration } from "../command-line/duration.ts";
import type { Io } from "../io.ts";
import { columnsOf, printable, shortened } from "../output/printable.ts";
import { canRewrite, FRAME_MS, frameOf } from "../output/rewritten-line.ts";
import { type Style, styleFor } from "../output/style.ts";
import { failureFact } from "./failure-fact.ts";
import { RewrittenArea } from "./rewritten-area.ts";
import { hasEnded, isLeaf, type TaskNode, TaskTree } from "./task-tree.ts";
import { treeLines } from "./tree-lines.ts";

/** Shows on stderr how a run gets on. */
export interface RunProgress {
  event(event: RunEvent): void;
  /** Says something that stays. */
  say(text: string): void;
  /** The run has ended, or this process does not go on with it: what has become of its tasks stays. */
  end(): void;
}

/** What is shown of a run. */
export interface ShownRun {
  readonly name: string;
  /** When this process began with it: what happened before, in another one, is only counted. */
  readonly since: number;
}

/** How tall a terminal is that does not say it, and how many lines stay of the tasks of a run. */
const USUAL_ROWS = 24;
const KEPT_ROWS = 60;

/**
 * Shows the progress of a run on stderr: on a terminal as a tree of its tasks that changes, elsewhere as a line for every
 * change, with its time.
 */
export function showRun(io: Io, run: ShownRun): RunProgress {
  return canRewrite(io.stderr.isTerminal, io.env) ? liveTree(io, run) : plainLines(io, run);
}

function plainLines({ stderr }: Io, { name, since }: ShownRun): RunProgress {
  const tree = new TaskTree();
  const tell = (at: number, text: string): void =>
    stderr.write(`${new Date(at).toISOString().replace(/\.\d+Z$/, "Z")} ${text}\n`);
  return {
    event(event) {
      const node = tree.add(event);
      if (event.at < since) return;
      const text = node === undefined ? aboutRun(event, name) : aboutTask(event, node, tree);
      if (text !== undefined) tell(event.at, text);
    },
    say: (text) => stderr.write(`${text}\n`),
    end() {},
  };
}

function aboutRun(event: RunEvent, name: string): string | undefined {
  switch (event.type) {
    case "run started":
      return `run ${printable(name)}: RUNNING`;
    case "run resumed":
      return `run ${printable(name)}: RUNNING, resumed`;
    case "run canceling":
      return `run ${printable(name)}: CANCELING`;
    case "run ended":
      return `run ${printable(name)}: ${event.state}`;
    default:
      return undefined;
  }
}

function aboutTask(event: RunEvent, node: TaskNode, tree: TaskTree): string | undefined {
  const { path, state, attempts, startedAt, endedAt } = node;
  // That a graph is under way is told by what is in it, and that an iteration has ended well by the end of its loop.
  if (!isLeaf(node) && (event.type === "task started" || (/\/\d+$/.test(path) && state === "SUCCEEDED")))
    return undefined;
  const task = `task ${printable(path)}`;
  switch (event.type) {
    case "task started":
      return `${task}: RUNNING${attempts > 1 ? `, attempt ${attempts}` : ""}${ofItems(tree.itemsOf(path))}`;
    case "attempt failed": {
      const [message = ""] = failureFact(event.error.message).split("\n");
      return `${task}: attempt ${attempts} failed, again in ${formatDuration(event.retryInMs)}: ${printable(message)}`;
    }
    case "task ended": {
      if (event.cached !== undefined) return `${task}: ${state}, cached`;
      const took = startedAt === 0 ? "" : ` after ${formatDuration(endedAt - startedAt)}`;
      return `${task}: ${state}${took}${state === "FAILED" ? ofItems(tree.itemsOf(path)) : ""}`;
    }
    default:
      return undefined;
  }
}

/** How much of an item stands in a line. */
const WIDEST_ITEM = 60;

/** Which items of loops a task is for, from the outside in. */
function ofItems(items: readonly string[]): string {
  return items.map((item) => `, item ${shortened(printable(item), WIDEST_ITEM)}`).join("");
}

function liveTree({ stderr, env, now }: Io, { name }: ShownRun): RunProgress {
  const style = styleFor(true, env);
  const tree = new TaskTree();
  const area = new RewrittenArea(stderr);
  const startedAt = now();
  let state = "PREPARING";
  let drawn = 0;
  const linesFor = (rows: number, frame: string): readonly string[] =>
    treeLines(tree.tasks, { now: now(), style, frame, columns: stderr.columns || 80, rows });
  const draw = (): void => {
    const frame = frameOf(drawn++);
    const head = headLine(printable(name), [state, elapsed(now() - startedAt) + countsText(tree)], {
      frame,
      columns: stderr.columns || 80,
      style,
    });
    area.draw([head, ...linesFor(Math.max(0, (stderr.rows || USUAL_ROWS) - 2), frame)]);
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    event(event) {
      tree.add(event);
      if (event.type === "run canceling") state = "CANCELING";
      if (event.type === "run started" || event.type === "run resumed") state = "RUNNING";
    },
    say(text) {
      area.keep(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      const lines = linesFor(KEPT_ROWS, tree.tasks.every(hasEnded) ? "" : "·");
      area.keep(lines.map((line) => `${line}\n`).join(""));
    },
  };
}

/** How much of the name of a run is left where its line is too long; before that, what stands behind it goes. */
const LEAST_NAME = 12;

function headLine(
  name: string,
  [state, rest]: readonly [string, string],
  { frame, columns, style }: { readonly frame: string; readonly columns: number; readonly style: Style },
): string {
  const room = columns - 1 - columnsOf(frame) - 1;
  const least = Math.min(LEAST_NAME, columnsOf(name));
  if (columnsOf(`${state} ${rest}`) + 1 + least <= room) {
    const label = shortened(name, room - columnsOf(`${state} ${rest}`) - 1);
    return `${frame} ${label} ${style.yellow(state)} ${rest}`;
  }
  if (columnsOf(state) + 1 + least > room) return `${frame} ${shortened(name, room)}`;
  return `${frame} ${shortened(name, room - columnsOf(state) - 1)} ${style.yellow(state)}`;
}

function elapsed(milliseconds: number): string {
  return formatDuration(Math.max(0, Math.floor(milliseconds / 1000) * 1000));
}

function countsText(tree: TaskTree): string {
  const { succeeded, cached, failed, running, notRun } = tree.counts();
  const parts = [
    ...(succeeded > 0 ? [`${succeeded} done${cached > 0 ? ` (${cached} cached)` : ""}`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}
