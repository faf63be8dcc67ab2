import type { Input, Io, Output } from "../io.ts";
import { printable, shortened } from "./printable.ts";
import { CLEAR_LINE, canRewrite, FRAME_MS, frameOf } from "./rewritten-line.ts";

/** How long a command may take before it says what it waits for, in milliseconds. */
const PATIENCE_MS = 500;

/** How a text ends that leaves an empty line behind. */
const UNTOUCHED = ["\n", "\r", CLEAR_LINE] as const;

/** A line on stderr that tells what is waited for, while it is. */
export interface WaitingLine {
  /** The same process; whatever is written or read there takes the line away first. */
  readonly io: Io;
  /** Takes the line away for good. */
  end(): void;
}

/**
 * Tells a person on a terminal what a command waits for and since when, once that is longer than half a second: one line
 * that is rewritten, and gone before anything else is written. While somebody is asked something, or another line stands
 * there unfinished, there is none. It keeps no process alive.
 */
export function waitingLine(io: Io): WaitingLine {
  if (!canRewrite(io.stderr.isTerminal, io.env)) return { io, end() {} };
  const line = new Line(io);
  const { stdin, stdout, stderr } = io;
  const stopped = (listener: Parameters<Io["onStop"]>[0]) =>
    io.onStop((signal) => {
      line.hide();
      listener(signal);
    });
  return {
    io: {
      ...io,
      stdin: askingOn(stdin, line),
      stdout: writingOn(stdout, line),
      stderr: writingOn(stderr, line),
      onStop: stopped,
      waitingFor: (what) => {
        line.what = what;
      },
    },
    end: () => line.end(),
  };
}

/** The output, which the line makes room for. */
function writingOn(output: Output, line: Line): Output {
  return {
    isTerminal: output.isTerminal,
    get columns() {
      return output.columns;
    },
    write(text) {
      line.hide();
      output.write(text);
      if (text !== "" && output.isTerminal) line.isTaken = !UNTOUCHED.some((end) => text.endsWith(end));
      line.begin();
    },
  };
}

/** The input: whoever types is not to be written over. Whether it is a terminal opens it, so it is asked as late as before. */
function askingOn(input: Input, line: Line): Input {
  const asking = async (read: () => Promise<string | undefined>): Promise<string | undefined> => {
    line.hide();
    line.isTaken = true;
    try {
      return await read();
    } finally {
      line.isTaken = false;
      line.begin();
    }
  };
  return {
    get isTerminal() {
      return input.isTerminal;
    },
    readLine: () => asking(() => input.readLine()),
    readHidden: (ask) => asking(() => input.readHidden(ask)),
  };
}

class Line {
  what = "Working";
  /** Whether something else stands in the line, which is not finished. */
  isTaken = false;
  readonly #io: Io;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #isShown = false;
  #hasEnded = false;

  constructor(io: Io) {
    this.#io = io;
    this.begin();
  }

  /** Counts from now. */
  begin(): void {
    clearTimeout(this.#timer);
    this.#since = this.#io.now();
    if (!this.#hasEnded && !this.isTaken) this.#drawIn(PATIENCE_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    if (this.#isShown) this.#io.stderr.write(CLEAR_LINE);
    this.#isShown = false;
  }

  end(): void {
    this.#hasEnded = true;
    this.hide();
  }

  #drawIn(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#draw();
      this.#drawIn(FRAME_MS);
    }, milliseconds);
    this.#timer.unref();
  }

  #draw(): void {
    const { stderr, now } = this.#io;
    const seconds = Math.floor((now() - this.#since) / 1000);
    const text = `${frameOf(this.#frame++)} ${printable(this.what)}…${seconds < 1 ? "" : ` ${seconds} s`}`;
    stderr.write(CLEAR_LINE + shortened(text, (stderr.columns || 80) - 1));
    this.#isShown = true;
  }
}
