import type { Mount } from "../containers/container-runtime.ts";

/**
 * What a program can see and touch. An adapter changes the command line; starting, ending and watching processes is the
 * same for all of them.
 */
export interface Isolation {
  readonly name: "bubblewrap" | "none";
  /** Whether a program can be shown a folder under another path. */
  readonly movesPaths: boolean;
  /**
   * @returns why it does not work here, undefined where it does. Tried once.
   */
  unavailable(): Promise<string | undefined>;
  /**
   * The command line that starts a program in it.
   *
   * @throws RunnerError (TASK_FAILED) for a variable that no system can hand on; ISOLATION_UNAVAILABLE where it would see
   *   what others have written.
   */
  wrap(program: IsolatedProgram): IsolatedLine;
}

/** The command line of a program in isolation. */
export interface IsolatedLine {
  readonly file: string;
  readonly args: readonly string[];
  /** How many processes of its own stand above the program; those are not to be asked to end. @default 0 */
  readonly layers?: number | undefined;
  /** What the program asked for as its environment is here, where nothing outside reads it: it gets this one. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What stands to be read at descriptor 3. */
  readonly handed?: string | undefined;
}

/** A program and what it may see. */
export interface IsolatedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly mounts: readonly Mount[];
  readonly network: boolean;
  /**
   * Its environment, where whoever wrote the pipeline has a say in it: variables such as LD_PRELOAD and PATH would change
   * what is executed outside, with all that may be seen there. Undefined where it is ours alone.
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
}
