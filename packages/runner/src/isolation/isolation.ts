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
   * @returns `layers`: how many processes of its own stand above the program; those are not to be asked to end.
   */
  wrap(program: IsolatedProgram): {
    readonly file: string;
    readonly args: readonly string[];
    readonly layers?: number | undefined;
  };
}

/** A program and what it may see. */
export interface IsolatedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly mounts: readonly Mount[];
  readonly network: boolean;
}
