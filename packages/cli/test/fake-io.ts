import type { Io, StopSignal } from "../src/io.ts";

/** What a fake process is made of. */
export interface FakeOptions {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether all streams are terminals. */
  readonly terminal?: boolean;
  readonly columns?: number;
  /** What is typed. */
  readonly lines?: readonly string[];
  /** What is typed where nobody sees it. */
  readonly hidden?: readonly string[];
  readonly now?: () => number;
}

/** A fake process: what it says is kept, and signals come when the test says so. */
export interface Fake {
  readonly io: Io;
  stdout(): string;
  stderr(): string;
  signal(signal: StopSignal): void;
}

/** Makes a fake process. */
export function fakeIo({
  argv = [],
  env = {},
  terminal = false,
  columns,
  lines = [],
  hidden = [],
  now = Date.now,
}: FakeOptions): Fake {
  const written = { stdout: "", stderr: "" };
  const waiting = [...lines];
  const secrets = [...hidden];
  const listeners = new Set<(signal: StopSignal) => void>();
  const output = (stream: "stdout" | "stderr") => ({
    isTerminal: terminal,
    columns,
    write(text: string) {
      written[stream] += text;
    },
  });
  return {
    io: {
      argv,
      // Whoever runs the tests has a configuration of his own, which no test is to read.
      env: { HOME: "/nonexistent/kfp-ts", ...env },
      stdin: {
        isTerminal: terminal,
        readLine: async () => waiting.shift(),
        readHidden: async (ask) => {
          ask();
          return secrets.shift();
        },
      },
      stdout: output("stdout"),
      stderr: output("stderr"),
      now,
      onStop(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    signal: (signal) => {
      for (const listener of [...listeners]) listener(signal);
    },
  };
}
