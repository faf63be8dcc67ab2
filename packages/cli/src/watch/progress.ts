import type { Run } from "@kfp-ts/api";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { CLEAR_LINE, canRewrite, FRAME_MS, frameOf } from "../output/rewritten-line.ts";
import { styleFor } from "../output/style.ts";
import { changeLines } from "./changes.ts";
import { liveLine } from "./live-line.ts";

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
 * Shows the progress of a run on stderr: on a terminal one line that changes, and above it a line for everything that
 * ended; elsewhere a line for every change, with its time.
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

function liveProgress({ stderr, env, now }: Io): Progress {
  const style = styleFor(true, env);
  let seen: Run | undefined;
  let outage = false;
  let frame = 0;
  const draw = (): void => {
    if (seen === undefined) return;
    const columns = stderr.columns ?? 80;
    stderr.write(`${CLEAR_LINE}${liveLine(seen, { now: now(), style, frame: frameOf(frame++), columns, outage })}`);
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    update(run) {
      const ended = seen === undefined ? [] : changeLines(seen, run).filter(({ final }) => final);
      for (const { text } of ended) stderr.write(`${CLEAR_LINE}${text}\n`);
      seen = run;
      outage = false;
      draw();
    },
    outage() {
      outage = true;
      draw();
    },
    end() {
      clearInterval(timer);
      stderr.write(CLEAR_LINE);
    },
  };
}
