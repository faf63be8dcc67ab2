import type { Command as CommanderCommand } from "commander";
import type { Command } from "./command.ts";

const EXAMPLES = `
Examples:
  kfp-ts serve                                 a Pipelines API on http://127.0.0.1:3000
  kfp-ts pipelines upload pipeline.yaml        a compiled pipeline becomes a pipeline
  kfp-ts runs create --pipeline demo --watch   run its latest version, and watch
  kfp-ts runs list --filter state=FAILED       what went wrong
  kfp-ts runs list --output json               as the API says it, for jq

Which server: --endpoint, else KFP_ENDPOINT or KF_PIPELINES_ENDPOINT, else the one
that kfp-ts serve runs on this machine.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 cannot connect, 4 not allowed,
5 the run that was watched ended FAILED or CANCELED.

kfp-ts COMMAND --help tells more.
`;

/** The help of the program itself. */
export function overview(program: CommanderCommand): void {
  program
    .description("A Kubeflow Pipelines API on this machine, and a client for any.")
    .helpCommand("help [command]", "Show the help of a command.")
    .configureHelp({ subcommandTerm })
    .addHelpText("after", EXAMPLES);
}

/** Where the help of a group ends: what its commands take is told by each of them. */
export function helpHint(group: string): string {
  return `kfp-ts ${group} COMMAND --help shows the options and examples of a command.\n`;
}

/** Gives a command its help. */
export function helpOf(own: CommanderCommand, command: Command): CommanderCommand {
  const { summary, description, examples } = command;
  own.summary(summary).description(description === undefined ? summary : `${summary}\n\n${description}`);
  if (examples.length > 0)
    own.addHelpText("after", `\nExamples:\n${examples.map((line) => `  kfp-ts ${line}\n`).join("")}`);
  return own;
}

/** A command as the list of commands shows it: its name and its arguments. Its options are its own business. */
function subcommandTerm(command: CommanderCommand): string {
  return [command.name(), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(" ");
}
