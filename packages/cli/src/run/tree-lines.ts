import { formatDuration } from "../command-line/duration.ts";
import { columnsOf, printable, shortened } from "../output/printable.ts";
import type { Style } from "../output/style.ts";
import { failureFact } from "./failure-fact.ts";
import { hasEnded, isLeaf, type TaskNode } from "./task-tree.ts";

/** How a tree is drawn. */
export interface TreeLinesOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly style: Style;
  /** What stands before what is under way. */
  readonly frame: string;
  /** No line is wider. */
  readonly columns: number;
  /** There are no more lines: what is of least interest is folded. */
  readonly rows: number;
}

/** A line before it is cut and coloured. */
interface Line {
  readonly depth: number;
  readonly mark: string;
  readonly label: string;
  readonly time: string;
  readonly note: string;
  readonly paint: (text: string) => string;
}

/** How much of a tree is folded: nothing; what is in tasks that ended well; what ended well; most of what is under way. */
const FOLDS = [0, 1, 2, 3] as const;
type Fold = (typeof FOLDS)[number];

/** How many of many that are under way are still shown by themselves. */
const SHOWN_RUNNING = 3;
const WIDEST_LABEL = 48;
const WIDEST_ITEM = 24;
const NARROWEST_LABEL = 8;

/**
 * The tasks of a run as lines, each below the one that it belongs to: what failed and what is under way stays to be seen
 * longest where there is no room for all.
 */
export function treeLines(tasks: readonly TaskNode[], options: TreeLinesOptions): readonly string[] {
  let lines: readonly Line[] = [];
  for (const fold of FOLDS) {
    lines = linesOf(tasks, 0, fold, options);
    if (lines.length <= options.rows) break;
  }
  const shown = lines.length <= options.rows ? lines : mostImportant(lines, options);
  const label = Math.min(
    WIDEST_LABEL,
    Math.max(NARROWEST_LABEL, Math.floor(options.columns / 2)),
    shown.reduce((widest, line) => Math.max(widest, 2 * line.depth + columnsOf(line.label)), 0),
  );
  return shown.map((line) => drawn(line, label, options));
}

function linesOf(tasks: readonly TaskNode[], depth: number, fold: Fold, options: TreeLinesOptions): readonly Line[] {
  const done = tasks.filter((task) => hasEnded(task) && task.state !== "FAILED" && task.state !== "CANCELED");
  const folded = new Set(fold >= 2 && done.length > 1 ? done : []);
  const running = tasks.filter((task) => !hasEnded(task));
  const hidden = new Set(fold >= 3 && running.length > SHOWN_RUNNING + 1 ? running.slice(SHOWN_RUNNING) : []);
  const lines: Line[] = [];
  if (folded.size > 0) lines.push(countLine(done, depth, options));
  for (const task of tasks) {
    if (folded.has(task) || hidden.has(task)) continue;
    lines.push(lineOf(task, depth, options));
    if (fold >= 1 && done.includes(task)) continue;
    lines.push(...linesOf([...task.children.values()], depth + 1, fold, options));
  }
  if (hidden.size > 0) {
    lines.push({ ...empty, depth, mark: options.frame, label: `${hidden.size} more`, paint: options.style.yellow });
  }
  return lines;
}

const empty = { time: "", note: "" };

/** One line in place of many that ended well. */
function countLine(done: readonly TaskNode[], depth: number, { style }: TreeLinesOptions): Line {
  const cached = done.filter(({ isCached }) => isCached).length;
  const skipped = done.filter(({ state }) => state !== "SUCCEEDED").length;
  const notes = [...(cached > 0 ? [`${cached} cached`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  return { ...empty, depth, mark: "✔", label: `${done.length} done`, note: notes.join(", "), paint: style.green };
}

function lineOf(task: TaskNode, depth: number, options: TreeLinesOptions): Line {
  const { startedAt, endedAt } = task;
  const { mark, paint } = markOf(task, options);
  const until = hasEnded(task) ? endedAt : options.now;
  const took = Math.max(0, until - startedAt);
  // What is under way would flicker in milliseconds.
  const time = startedAt === 0 ? "" : formatDuration(hasEnded(task) ? took : Math.floor(took / 1000) * 1000);
  const isIteration = /^\d+$/.test(task.name) && depth > 0;
  return {
    depth,
    mark,
    label: isIteration ? `iteration ${task.name}${forItem(task)}` : printable(task.name),
    time,
    note: notesOf(task, options).join(", "),
    paint,
  };
}

/** What an iteration is for: enough of it to tell it from others. */
function forItem({ item }: TaskNode): string {
  return item === undefined ? "" : `: ${shortened(printable(item), WIDEST_ITEM)}`;
}

function markOf({ state, waitsUntil }: TaskNode, { style, frame }: TreeLinesOptions): Pick<Line, "mark" | "paint"> {
  switch (state) {
    case "SUCCEEDED":
      return { mark: "✔", paint: style.green };
    case "FAILED":
      return { mark: "✖", paint: style.red };
    case "CANCELED":
      return { mark: "■", paint: style.yellow };
    case "SKIPPED":
    case "OMITTED":
      return { mark: "–", paint: style.dim };
    default:
      return { mark: waitsUntil > 0 ? "…" : frame, paint: style.yellow };
  }
}

function notesOf(task: TaskNode, { now }: TreeLinesOptions): readonly string[] {
  const { state, attempts, isCached, error, waitsUntil } = task;
  const notes: string[] = [];
  if (isCached) notes.push("cached");
  if (task.kind === "loop") notes.push(iterations(task));
  if (state === "SKIPPED") notes.push("skipped");
  if (state === "OMITTED") notes.push("not run");
  if (state === "CANCELED") notes.push("canceled");
  if (waitsUntil > 0) {
    notes.push(
      `attempt ${attempts} failed, again in ${formatDuration(Math.ceil(Math.max(0, waitsUntil - now) / 1000) * 1000)}`,
    );
  } else if (attempts > 1) notes.push(`attempt ${attempts}`);
  if (state === "FAILED" && error !== undefined && isLeaf(task)) notes.push(firstLine(error.message));
  return notes;
}

/** How far a loop is. How many iterations there will be is only known when it has ended. */
function iterations({ children, state }: TaskNode): string {
  const all = [...children.values()];
  const failed = all.filter((one) => one.state === "FAILED").length;
  const done = all.filter((one) => hasEnded(one)).length;
  const isUnderWay = state === "RUNNING" || state === "PENDING";
  const said = isUnderWay ? `${done} done, ${all.length - done} running` : counted(all.length);
  return failed === 0 ? said : `${said}, ${failed} failed`;
}

function counted(count: number): string {
  return count === 1 ? "1 iteration" : `${count} iterations`;
}

function firstLine(text: string): string {
  return printable(failureFact(text).split("\n", 1)[0] ?? "");
}

/** As many lines as there is room for, in their order, what failed first. */
function mostImportant(lines: readonly Line[], { rows, style }: TreeLinesOptions): readonly Line[] {
  const room = Math.max(0, rows - 1);
  const byImportance = lines
    .map((line, index) => ({ index, weight: line.mark === "✖" ? 0 : line.mark === "✔" || line.mark === "–" ? 2 : 1 }))
    .sort((one, other) => one.weight - other.weight || one.index - other.index);
  const kept = new Set(byImportance.slice(0, room).map(({ index }) => index));
  const more: Line = { ...empty, depth: 0, mark: "…", label: `${lines.length - room} more lines`, paint: style.dim };
  return [...lines.filter((_, index) => kept.has(index)), ...(rows > 0 ? [more] : [])];
}

function drawn(
  { depth, mark, label, time, note, paint }: Line,
  widest: number,
  { columns, style }: TreeLinesOptions,
): string {
  const room = columns - 1;
  // Where a tree is deeper than a terminal is wide, its names are still to be read.
  const indent = " ".repeat(Math.min(2 * depth, Math.max(0, room - NARROWEST_LABEL - 2)));
  const head = shortened(
    label,
    Math.max(1, Math.min(room - 2 - indent.length, Math.max(widest - indent.length, NARROWEST_LABEL))),
  );
  const rest = [time, note].filter((part) => part !== "").join("  ");
  const gap = rest === "" ? "" : " ".repeat(Math.max(2, widest - indent.length - columnsOf(head) + 2));
  const left = room - columnsOf(indent + head + gap) - 2;
  const tail = rest === "" || left < 3 ? "" : gap + style.dim(shortened(rest, left));
  return `${indent}${paint(mark)} ${head}${tail}`;
}
