/** The variables of an environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A program to run: an exec plugin that gives credentials. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** Whether it may read from the terminal of this process. */
  readonly interactive: boolean;
  /** After that many milliseconds it is ended. */
  readonly timeoutMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What a program has left behind. */
export interface ProgramResult {
  /** undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is needed of the machine, so that tests need none of it. */
export interface System {
  /** The text of a file. @throws an error with the `code` of the system: `ENOENT`, `EACCES`. */
  readonly readFile: (path: string) => Promise<string>;
  /** @throws an error with the `code` of the system where the program cannot be started. */
  readonly runProgram: (program: Program) => Promise<ProgramResult>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Fulfilled after that many milliseconds, or as soon as the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** The `code` of an error of the system, such as `ENOENT`; empty where it has none. */
export function systemCode(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
