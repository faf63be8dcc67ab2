import type { Command, CommandGroup } from "./command.ts";

/** What a command line is read with. */
export interface CommandLine {
  readonly groups: readonly CommandGroup[];
  /** Commands that belong to no resource. */
  readonly commands: readonly Command[];
  readonly env: Readonly<Record<string, string | undefined>>;
  version(): string;
  /** How wide help may be; 80 where nobody knows. */
  readonly columns?: number | undefined;
}

/** The words of a command line, sorted. */
export interface ReadWords {
  readonly command: Command;
  readonly args: Readonly<Record<string, string>>;
  /** The argument that may be left out, where it was given. */
  readonly optionalArg?: string | undefined;
  /** The options that were typed, read, by their names: those of the command, and those of every command. */
  readonly typed: { readonly own: ReadonlyMap<string, unknown>; readonly shared: ReadonlyMap<string, unknown> };
}

/** The name by which the command is called. */
export const PROGRAM = "kfp-ts";
