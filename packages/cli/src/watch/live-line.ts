import type { Run } from "@kfp-ts/api";
import { formatDuration } from "../command-line/duration.ts";
import { columnsOf, printable, shortened } from "../output/printable.ts";
import { paintState, type Style } from "../output/style.ts";
import { taskCounts } from "./changes.ts";

/** How the line is drawn. */
export interface LiveLineOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly style: Style;
  /** What turns while it goes on. */
  readonly frame: string;
  /** The width of the terminal: a line that is wider would not stay one. */
  readonly columns: number;
  /** Whether the server is out of reach at the moment. */
  readonly outage: boolean;
}

/** The line that shows how a run gets on: `⠋ demo RUNNING 1m 20s, 3 of 5 tasks`. */
export function liveLine(run: Run, { now, style, frame, columns, outage }: LiveLineOptions): string {
  const { total, ended } = taskCounts(run);
  const elapsed = formatDuration(Math.max(0, Math.floor((now - run.createdAt.getTime()) / 1000) * 1000));
  const tasks = total === 0 ? "" : `, ${ended} of ${total} tasks`;
  const waiting = outage ? ", waiting for the server" : "";
  const rest = ` ${paintState(style, run.state)} ${elapsed}${tasks}${waiting}`;
  const room = columns - 1 - columnsOf(`${frame} ${rest}`);
  return `${frame} ${shortened(printable(run.displayName), room)}${rest}`;
}
