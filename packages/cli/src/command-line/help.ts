import { type Command as CommanderCommand, Help } from "commander";
import type { Command, CommandGroup } from "./command.ts";
import { PROGRAM } from "./command-line.ts";

/** The widest lines that are read with ease, and what a terminal is at least. */
const WIDEST = 100;
const USUAL_COLUMNS = 80;

/** How wide the help is on a terminal of so many columns; undefined where there is none. */
export function helpColumns(terminal: number | undefined): number {
  return Math.min(terminal || USUAL_COLUMNS, WIDEST);
}

/** How many columns the terms of a list get; what is longer has a line for itself. */
const TERM_COLUMNS = 24;
/** What stands before a term, and between it and its description. */
const INDENT = 2;

const EXAMPLES = `
Examples:
  kfp-ts run pipeline.yaml                    run it here, without a server
  kfp-ts serve                                an API on http://127.0.0.1:3000
  kfp-ts pipelines upload pipeline.yaml       a pipeline of a compiled one
  kfp-ts runs create --file pipeline.yaml     run it on a server
  kfp-ts runs list --filter state=FAILED      what went wrong
  kfp-ts runs list --output json              as the API says it, for jq

Which server: --endpoint, else --context, else KFP_ENDPOINT or
KF_PIPELINES_ENDPOINT, else the current context, else the one that kfp-ts serve
runs on this machine, else, through a tunnel, the one in the cluster of the
kubeconfig. kfp-ts alone says which that is here and now.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 cannot connect, 4 not allowed,
5 the run ended FAILED or CANCELED.

kfp-ts COMMAND --help tells more.
`;

/** The help of the program itself. */
export function overview(program: CommanderCommand): void {
  program
    .description("A Kubeflow Pipelines API on this machine, and a client for any.")
    .helpCommand("help [command]", "Show the help of a command.")
    .configureHelp({
      subcommandTerm,
      minWidthToWrap: 20,
      padWidth: (command, helper) => Math.min(TERM_COLUMNS, Help.prototype.padWidth.call(helper, command, helper)),
      formatItem,
    })
    .addHelpText("after", EXAMPLES);
}

/** How many examples a group shows: the first of its commands' own. */
const GROUP_EXAMPLES = 4;

/** Where the help of a group ends: examples, and where to find what its commands take. */
export function helpOfGroup({ name, commands }: CommandGroup): string {
  const examples = commands.flatMap((command) => command.examples.slice(0, 1)).slice(0, GROUP_EXAMPLES);
  return `\n${examplesText(examples)}\n${PROGRAM} ${name} COMMAND --help tells more of a command.\n`;
}

/** Gives a command its help. */
export function helpOf(own: CommanderCommand, command: Command): CommanderCommand {
  const { summary, description, examples } = command;
  own.summary(summary).description(description === undefined ? summary : `${summary}\n\n${description}`);
  if (examples.length > 0) own.addHelpText("after", `\n${examplesText(examples)}`);
  return own;
}

function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((line) => `${broken(`  ${PROGRAM} ${line}`)}\n`).join("")}`;
}

/** A line that is too wide goes on in further ones, before an option, so that it can be pasted as it stands. */
function broken(line: string): string {
  if (line.length <= USUAL_COLUMNS) return line;
  const lines: string[] = [];
  for (const part of line.split(/ (?=-)/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${part} \\`.length <= USUAL_COLUMNS) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(lines.length === 0 ? part : `      ${part}`);
  }
  return lines.join(" \\\n");
}

/** A term and what it is, beside it; below it where the term is too long for that. */
function formatItem(term: string, termColumns: number, description: string, helper: Help): string {
  const before = INDENT + termColumns + INDENT;
  const lines = helper.boxWrap(description, (helper.helpWidth ?? USUAL_COLUMNS) - before).split("\n");
  const isLong = term.length > termColumns;
  const first = " ".repeat(INDENT) + (isLong ? `${term}\n${" ".repeat(before)}` : term.padEnd(before - INDENT));
  return (first + lines.join(`\n${" ".repeat(before)}`)).trimEnd();
}

/** A command as the list of commands shows it: its name and its arguments. Its options are its own business. */
function subcommandTerm(command: CommanderCommand): string {
  const spelled = command.registeredArguments.map((argument) => {
    return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
  });
  return [command.name(), ...spelled].join(" ");
}
