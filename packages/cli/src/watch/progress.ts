import type { Run } from "@kfp-ts/api";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { canRewrite, FRAME_MS, frameOf } from "../output/rewritten-line.ts";
import { styleFor } from "../output/style.ts";
import { RewrittenArea } from "../run/rewritten-area.ts";
import type { TaskNode } from "../run/task-tree.ts";
import { treeLines } from "../run/tree-lines.ts";
import { changeLines } from "./changes.ts";
import { liveLine } from "./live-line.ts";
import { taskNodes } from "./task-nodes.ts";

/** Shows how a run gets on. */
export interface Progress {
  /** What is known of the run now. */
  update(run: Run): void;
  /** The server is out of reach; the run goes on. */
  outage(reason: string): void;
  /** Takes away what is only of interest while it goes on. */
  end(): void;
}

/**
 * Shows the progress of a run on stderr: on a terminal its tasks as a tree that changes, and below them a line for the
 * run; elsewhere a line for every change, with its time.
 */
export function showProgress(io: Io): Progress {
  return canRewrite(io.stderr.isTerminal, io.env) ? liveProgress(io) : plainProgress(io);
}

function plainProgress({ stderr, now }: Io): Progress {
  let seen: Run | undefined;
  let lastReason: string | undefined;
  const tell = (text: string): void =>
    stderr.write(`${new Date(now()).toISOString().replace(/\.\d+Z$/, "Z")} ${text}\n`);
  return {
    update(run) {
      for (const { text } of changeLines(seen, run)) tell(text);
      seen = run;
      lastReason = undefined;
    },
    outage(reason) {
      if (reason !== lastReason) tell(`waiting for the server: ${printable(reason)}`);
      lastReason = reason;
    },
    end() {},
  };
}

/** What a terminal has for a height that does not say it. */
const USUAL_ROWS = 24;
/** Below the tree stand the line of the run and the cursor. */
const ROWS_BELOW = 2;

function liveProgress({ stderr, env, now }: Io): Progress {
  const style = styleFor(true, env);
  const area = new RewrittenArea(stderr);
  let seen: Run | undefined;
  let tasks: readonly TaskNode[] = [];
  let outage = false;
  let frames = 0;
  const tree = (frame: string): readonly string[] =>
    treeLines(tasks, {
      now: now(),
      style,
      frame,
      columns: stderr.columns ?? 80,
      rows: Math.max(0, (stderr.rows ?? USUAL_ROWS) - ROWS_BELOW),
    });
  const draw = (): void => {
    if (seen === undefined) return;
    const frame = frameOf(frames++);
    const line = liveLine(seen, { now: now(), style, frame, columns: stderr.columns ?? 80, outage });
    area.draw([...tree(frame), line]);
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    update(run) {
      seen = run;
      tasks = taskNodes(run);
      outage = false;
      draw();
    },
    outage() {
      outage = true;
      draw();
    },
    end() {
      clearInterval(timer);
      // What has become of the tasks stays.
      area.keep(
        tree("…")
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
  };
}
