/** A stream that the command writes to. */
export interface Output {
  /** Whether a person looks at it: then there are colours, and progress that rewrites its line. */
  readonly isTerminal: boolean;
  /** The width of the terminal in characters; undefined where there is none. */
  readonly columns: number | undefined;
  /** Its height in lines; missing where there is none. */
  readonly rows?: number | undefined;
  write(text: string): void;
}

/** Where answers to questions come from. */
export interface Input {
  readonly isTerminal: boolean;
  /** The next line without its end; undefined where the input has ended. */
  readLine(): Promise<string | undefined>;
  /**
   * The next line, which nobody sees being typed. Only on a terminal; Ctrl-C there is the signal that it always is.
   *
   * @param ask - Writes the question, once nothing is shown any more of what is typed: people paste quickly.
   * @returns undefined where the input has ended.
   */
  readHidden(ask: () => void): Promise<string | undefined>;
}

/** The signals that ask the command to stop. */
export type StopSignal = "SIGINT" | "SIGTERM";

/**
 * Everything that the command takes from the process that it is, and gives to it. `main.ts` makes one of `process`;
 * tests make their own.
 */
export interface Io {
  /** The arguments, without the program and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls `listener` for every signal that asks to stop, instead of what Node would do with it.
   *
   * @returns takes the listener away again.
   */
  onStop(listener: (signal: StopSignal) => void): () => void;
  /**
   * Says what is waited for from now on, for a person who waits longer than a moment: `Connecting to https://…`. Missing
   * where nobody is to be told.
   */
  readonly waitingFor?: ((what: string) => void) | undefined;
}
