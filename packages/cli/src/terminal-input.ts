import type { Input } from "./io.ts";

/** What is needed of `process.stdin`. */
export type InputStream = Pick<NodeJS.ReadStream, "isTTY" | "on" | "off" | "pause" | "resume" | "setEncoding"> & {
  setRawMode?(raw: boolean): unknown;
};

/** How long a signal to this very process may take, in milliseconds. */
const SIGNAL_MS = 1_000;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";

/**
 * Reads lines from a stream: several, one after the other, and some of them unseen.
 *
 * @param open - Gives the stream. Looking at `process.stdin` opens it, which most commands need not do.
 * @param interrupt - Called for Ctrl-C while a line is read unseen: the terminal makes no signal of it then.
 */
export function terminalInput(open: () => InputStream, interrupt: () => void): Input {
  let waiting = "";
  let ended = false;
  /** Gives what has come to `take` until it is content; what it leaves is for the next. */
  const read = <T>(take: (text: string, ended: boolean) => { value: T; rest: string } | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const stream = open();
      stream.setEncoding("utf8");
      const stop = (): void => {
        stream.off("data", onData);
        stream.off("end", onEnd);
        stream.off("error", onError);
        stream.pause();
      };
      const look = (): boolean => {
        const taken = take(waiting, ended);
        if (taken === undefined) return false;
        waiting = taken.rest;
        stop();
        resolve(taken.value);
        return true;
      };
      const onData = (chunk: string): void => {
        waiting += chunk;
        look();
      };
      const onEnd = (): void => {
        ended = true;
        look();
      };
      const onError = (error: Error): void => {
        stop();
        reject(error);
      };
      if (look()) return;
      stream.on("data", onData).on("end", onEnd).on("error", onError);
      stream.resume();
    });
  return {
    get isTerminal() {
      return open().isTTY === true;
    },
    readLine: () => read(lineOf),
    async readHidden(ask) {
      const stream = open();
      stream.setRawMode?.(true);
      try {
        ask();
        const { line, interrupted } = await read(typedUnseen);
        if (!interrupted) return line;
        stream.setRawMode?.(false);
        interrupt();
        // The command ends of the signal. Until it has come, something has to keep the process.
        await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
        return undefined;
      } finally {
        stream.setRawMode?.(false);
      }
    },
  };
}

function lineOf(text: string, ended: boolean): { value: string | undefined; rest: string } | undefined {
  const end = text.indexOf("\n");
  if (end >= 0) return { value: text.slice(0, end).replace(/\r$/, ""), rest: text.slice(end + 1) };
  return ended ? { value: text === "" ? undefined : text, rest: "" } : undefined;
}

/** A terminal in its raw mode gives each key as it is, and edits nothing: backspace and the like are to be heeded here. */
function typedUnseen(text: string, ended: boolean) {
  let line = "";
  const keys = [...text];
  for (const [index, key] of keys.entries()) {
    const done = (value: string | undefined, interrupted: boolean) => ({
      value: { line: value, interrupted },
      rest: keys.slice(index + 1).join(""),
    });
    if (key === "\r" || key === "\n") return done(line, false);
    if (key === CTRL_C) return done(undefined, true);
    if (key === CTRL_D && line === "") return done(undefined, false);
    if (key === "\u007f" || key === "\b") line = [...line].slice(0, -1).join("");
    else if (key === CTRL_U) line = "";
    else if (key >= " ") line += key;
  }
  return ended ? { value: { line: line === "" ? undefined : line, interrupted: false }, rest: "" } : undefined;
}
