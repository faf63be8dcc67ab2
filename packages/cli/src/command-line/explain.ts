import { Command as CommanderCommand, CommanderError } from "commander";
import { UsageError } from "../command-error.ts";
import type { Command } from "./command.ts";
import { type CommandLine, PROGRAM, type ReadWords } from "./command-line.ts";
import { addOptions, typedOptions } from "./commander-options.ts";
import { helpColumns, helpOf, helpOfGroup, overview } from "./help.ts";
import { kebab } from "./option.ts";
import { sharedOptions } from "./shared-options.ts";

const SHARED = "Options of every command that speaks to a server:";

/**
 * Reads a command line with commander, made from the same table of commands: it writes the help, and finds what was
 * meant by a word that is none.
 *
 * @returns the words where they are right after all; a text where help or the version was asked for.
 * @throws UsageError that says which word is wrong, and what it could have been.
 */
export function explain(line: CommandLine, argv: readonly string[]): ReadWords | string {
  let read: ReadWords | undefined;
  let written = "";
  const program = new CommanderCommand(PROGRAM)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        written += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => helpColumns(line.columns),
    })
    .enablePositionalOptions()
    .helpOption("-h, --help", "Show help.")
    .option("--version", "Tell the version.")
    .on("option:version", () => {
      throw new CommanderError(0, "commander.version", "");
    });
  overview(program);
  addOptions(program, sharedOptions, SHARED);

  const addCommand = (parent: CommanderCommand, command: Command): void => {
    const own = helpOf(parent.command(command.name), command);
    addOptions(own, command.options, "Options:");
    if (command.speaks) addOptions(own, sharedOptions, SHARED);
    for (const [name, doc] of Object.entries(command.args)) own.argument(`<${kebab(name)}>`, doc);
    if (command.optionalArg !== undefined) own.argument(`[${command.optionalArg.name}]`, command.optionalArg.doc);
    own.action(() => {
      read = wordsOf(command, own);
    });
  };
  for (const group of line.groups) {
    const own = program.command(group.name).summary(group.summary).description(group.summary);
    if (group.alias !== undefined) own.alias(group.alias);
    own.enablePositionalOptions().helpCommand(false).addHelpText("after", helpOfGroup(group));
    addOptions(own, sharedOptions);
    for (const command of group.commands) addCommand(own, command);
  }
  for (const command of line.commands) addCommand(program, command);

  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.version") return `${PROGRAM} ${line.version()}\n`;
    if (error.exitCode === 0) return `${written.trimEnd()}\n`;
    throw usageErrorOf(error, line, argv);
  }
  if (read === undefined) throw new Error("commander ran no command and said nothing");
  return read;
}

function wordsOf(command: Command, leaf: CommanderCommand): ReadWords {
  const chain: CommanderCommand[] = [];
  for (let at: CommanderCommand | null = leaf; at !== null; at = at.parent) chain.push(at);
  const shared = typedShared(command, chain);
  if (!command.speaks && shared.size > 0) {
    throw new UsageError(
      `${PROGRAM} ${command.name} speaks to no server, so the options for that say nothing to it.`,
      `${PROGRAM} ${command.name} --help`,
    );
  }
  const names = Object.keys(command.args);
  return {
    command,
    args: Object.fromEntries(names.map((name, index) => [name, leaf.args[index] ?? ""])),
    optionalArg: leaf.args[names.length],
    typed: { own: typedOptions(command.options, [leaf]), shared },
  };
}

/** Commands that speak to no server have options of their own that are spelled as some of these: --namespace. */
function typedShared(command: Command, chain: readonly CommanderCommand[]): Map<string, unknown> {
  const all = Object.entries(sharedOptions);
  const isOwn = ([name]: readonly [string, unknown]) => name in command.options;
  const elsewhere = Object.fromEntries(all.filter((entry) => !isOwn(entry)));
  const spelledAlike = Object.fromEntries(all.filter(isOwn));
  return new Map([...typedOptions(elsewhere, chain), ...typedOptions(spelledAlike, chain.slice(1))]);
}

/** Who forgets the resource has named a verb of some: which ones. */
function groupsWanted({ groups }: CommandLine, { code }: CommanderError, argv: readonly string[]): string | undefined {
  const verb = argv.find((word) => !word.startsWith("-"));
  if (code !== "commander.unknownCommand" || verb === undefined) return undefined;
  const those = groups.filter(({ commands }) => commands.some(({ name }) => name === verb));
  return those.length === 0 ? undefined : `Did you mean ${those.map(({ name }) => `${name} ${verb}`).join(", ")}?`;
}

/** `run list` for `runs list`: who has left out a letter has named a command, and behind it a verb of the group. */
function pluralWanted(
  { groups }: CommandLine,
  alone: Command | undefined,
  argv: readonly string[],
): string | undefined {
  const group = groups.find(({ name }) => name === `${alone?.name}s`);
  const verb = group?.commands.find(({ name }) => name === argv[argv.indexOf(alone?.name ?? "") + 1]);
  return group && verb && `Did you mean ${group.name} ${verb.name}?`;
}

/** What commander says, in this command's own form: the fact first, then what to do. */
function usageErrorOf(error: CommanderError, line: CommandLine, argv: readonly string[]): UsageError {
  const group = line.groups.find(({ name, alias = name }) => argv.includes(name) || argv.includes(alias));
  const verb = group?.commands.find(({ name }) => argv.includes(name));
  const alone = group === undefined ? line.commands.find(({ name }) => argv.includes(name)) : undefined;
  const place = [PROGRAM, group?.name ?? alone?.name, verb?.name].filter((word) => word !== undefined).join(" ");
  if (error.code === "commander.help") {
    if (group === undefined) return new UsageError("No command was given.", `${PROGRAM} --help`);
    const verbs = group.commands.map(({ name }) => name).join(", ");
    return new UsageError(`${place} needs to be told what to do: ${verbs}.`, `${place} --help`);
  }
  const [fact = "", guess] = error.message.replace(/^error: /, "").split("\n");
  const meant = guess?.replace(/^\(|\)$/g, "") ?? groupsWanted(line, error, argv) ?? pluralWanted(line, alone, argv);
  const message = `${fact.charAt(0).toUpperCase()}${fact.slice(1)}${/[.?!]$/.test(fact) ? "" : "."}`;
  return new UsageError(message, `${meant === undefined ? "" : `${meant} `}${place} --help shows what there is.`);
}
