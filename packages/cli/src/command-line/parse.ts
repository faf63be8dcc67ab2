import { attachTunnel } from "../tunnels/tunnel-option.ts";
import type { Command } from "./command.ts";
import type { CommandLine, ReadWords } from "./command-line.ts";
import { readWords } from "./read-words.ts";
import { type SharedOrigins, type SharedValues, sharedOptions } from "./shared-options.ts";
import { originsOf, valuesOf } from "./values.ts";

/** What a command line says. */
export type Parsed =
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly args: Readonly<Record<string, string>>;
      readonly optionalArg: string | undefined;
      readonly options: Readonly<Record<string, unknown>>;
      readonly shared: SharedValues;
      /** Who said those. */
      readonly origins: SharedOrigins;
    }
  /** It asks for help or for the version: the text is the answer. */
  | { readonly kind: "text"; readonly text: string };

/**
 * Reads a command line. The table of commands is what there is.
 *
 * @throws UsageError that says which word is wrong, and what it could have been.
 */
export async function parseCommandLine(line: CommandLine, typedWords: readonly string[]): Promise<Parsed> {
  const argv = attachTunnel(typedWords);
  let read: ReadWords | string | undefined = readWords(line, argv);
  if (read === undefined) {
    const { explain } = await import("./explain.ts");
    read = explain(line, argv);
  }
  if (typeof read === "string") return { kind: "text", text: read };
  const { command, args, optionalArg, typed } = read;
  // A command that speaks to no server does not look at them, whatever they are set to in the environment.
  const env = command.speaks ? line.env : {};
  return {
    kind: "command",
    command,
    args,
    optionalArg,
    options: valuesOf(command.options, typed.own, line.env),
    shared: valuesOf(sharedOptions, typed.shared, env),
    origins: originsOf(sharedOptions, typed.shared, env),
  };
}
