import { Command as CommanderCommand, CommanderError } from "commander";
import { UsageError } from "../command-error.ts";
import type { Command, CommandGroup } from "./command.ts";
import { helpHint, helpOf, overview } from "./help.ts";
import { kebab } from "./option.ts";
import { addOptions, readOptions } from "./read-options.ts";
import { type SharedValues, sharedOptions } from "./shared-options.ts";

/** What a command line says. */
export type Parsed =
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly args: Readonly<Record<string, string>>;
      readonly options: Readonly<Record<string, unknown>>;
      readonly shared: SharedValues;
    }
  /** It asks for help or for the version: the text is the answer. */
  | { readonly kind: "text"; readonly text: string };

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

/** The name by which the command is called. */
export const PROGRAM = "kfp-ts";
const SHARED = "Options of every command that speaks to a server:";

/**
 * Reads a command line. The table of commands is what there is; commander reads the words, writes the help, and finds
 * what was meant by a word that is none.
 *
 * @throws UsageError that says which word is wrong, and what it could have been.
 */
export function parseCommandLine(line: CommandLine, argv: readonly string[]): Parsed {
  let parsed: Parsed | undefined;
  let written = "";
  const program = new CommanderCommand(PROGRAM)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        written += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => line.columns ?? 80,
    })
    .enablePositionalOptions()
    .helpOption("-h, --help", "Show help.")
    .option("--version", "Tell the version.")
    .on("option:version", () => {
      throw new CommanderError(0, "commander.version", "");
    });
  overview(program);
  addOptions(program, sharedOptions, argv.length === 0 ? undefined : SHARED);

  const addCommand = (parent: CommanderCommand, command: Command): void => {
    const own = helpOf(parent.command(command.name), command);
    addOptions(own, command.options, "Options:");
    if (command.speaks) addOptions(own, sharedOptions, SHARED);
    for (const [name, doc] of Object.entries(command.args)) own.argument(`<${kebab(name)}>`, doc);
    own.action(() => {
      parsed = readCommand(command, own, line.env);
    });
  };
  for (const group of line.groups) {
    const own = program.command(group.name).alias(group.alias).summary(group.summary).description(group.summary);
    // Making every command costs a good part of the start; those of a group that nobody named are not needed.
    if (!argv.includes(group.name) && !argv.includes(group.alias)) continue;
    own
      .enablePositionalOptions()
      .helpCommand(false)
      .addHelpText("after", `\n${helpHint(group.name)}`);
    addOptions(own, sharedOptions);
    for (const command of group.commands) addCommand(own, command);
  }
  for (const command of line.commands) addCommand(program, command);

  if (argv.length === 0) {
    program.outputHelp();
    return { kind: "text", text: written };
  }
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.version") return { kind: "text", text: `${PROGRAM} ${line.version()}\n` };
    if (error.exitCode === 0) return { kind: "text", text: written };
    throw usageErrorOf(error, line, argv);
  }
  if (parsed === undefined) throw new Error("commander ran no command and said nothing");
  return parsed;
}

function readCommand(command: Command, leaf: CommanderCommand, env: CommandLine["env"]): Parsed {
  const chain: CommanderCommand[] = [];
  for (let at: CommanderCommand | null = leaf; at !== null; at = at.parent) chain.push(at);
  if (!command.speaks) {
    const given = Object.keys(sharedOptions).find((name) =>
      chain.slice(1).some((at) => at.getOptionValueSource(name) === "cli"),
    );
    if (given !== undefined) {
      throw new UsageError(
        `${PROGRAM} ${command.name} speaks to no server, so the options for that say nothing to it.`,
        `${PROGRAM} ${command.name} --help`,
      );
    }
  }
  const names = Object.keys(command.args);
  return {
    kind: "command",
    command,
    args: Object.fromEntries(names.map((name, index) => [name, leaf.args[index] ?? ""])),
    options: readOptions(command.options, [leaf], env),
    // A command that speaks to no server does not look at them, whatever they are set to in the environment.
    shared: readOptions(sharedOptions, chain, command.speaks ? env : {}) as SharedValues,
  };
}

/** What commander says, in this command's own form: the fact first, then what to do. */
function usageErrorOf(error: CommanderError, line: CommandLine, argv: readonly string[]): UsageError {
  const group = line.groups.find(({ name, alias }) => argv.includes(name) || argv.includes(alias));
  const verb = group?.commands.find(({ name }) => argv.includes(name));
  const alone = group === undefined ? line.commands.find(({ name }) => argv.includes(name)) : undefined;
  const place = [PROGRAM, group?.name ?? alone?.name, verb?.name].filter((word) => word !== undefined).join(" ");
  if (error.code === "commander.help") {
    if (group === undefined) return new UsageError("No command was given.", `${PROGRAM} --help`);
    const verbs = group.commands.map(({ name }) => name).join(", ");
    return new UsageError(`${place} needs to be told what to do: ${verbs}.`, `${place} --help`);
  }
  const [fact = "", guess] = error.message.replace(/^error: /, "").split("\n");
  const meant = guess?.replace(/^\(|\)$/g, "");
  const message = `${fact.charAt(0).toUpperCase()}${fact.slice(1)}${/[.?!]$/.test(fact) ? "" : "."}`;
  return new UsageError(message, `${meant === undefined ? "" : `${meant} `}${place} --help shows what there is.`);
}
