import { type Command as CommanderCommand, Option as CommanderOption, InvalidArgumentError } from "commander";
import { UsageError } from "../command-error.ts";
import { flagOf, type Option, type Options } from "./option.ts";

/**
 * Makes the options of a table known to commander.
 *
 * @param heading - Under which the help shows them; without one it does not.
 */
export function addOptions(command: CommanderCommand, options: Options, heading?: string): void {
  for (const [name, option] of Object.entries(options)) {
    const made = new CommanderOption(spelling(name, option), describe(option));
    if (heading === undefined) made.hideHelp();
    else made.helpGroup(heading);
    if (option.kind !== "flag") {
      made.argParser((text: string, previous: unknown) => {
        const value = readWord(option, text);
        return option.kind === "repeated" ? [...((previous as unknown[] | undefined) ?? []), value] : value;
      });
    }
    command.addOption(made.makeOptionMandatory(option.required === true));
  }
}

/**
 * The options of a table that were typed, by their names.
 *
 * @param chain - The command and those that it belongs to: an option can stand behind any of their names, and the one
 * nearest to the end counts.
 */
export function typedOptions(options: Options, chain: readonly CommanderCommand[]): Map<string, unknown> {
  const typed = new Map<string, unknown>();
  for (const [name, option] of Object.entries(options)) {
    // commander turns --no-x into an x that is false.
    const attribute = new CommanderOption(spelling(name, option)).attributeName();
    const command = chain.find((one) => one.getOptionValueSource(attribute) === "cli");
    if (command !== undefined) typed.set(name, option.kind === "flag" ? true : command.getOptionValue(attribute));
  }
  return typed;
}

function readWord(option: Option, text: string): unknown {
  try {
    return option.read(text);
  } catch (error) {
    if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function spelling(name: string, { short, placeholder, bare }: Option): string {
  const value = placeholder === "" ? "" : bare ? ` [${placeholder}]` : ` <${placeholder}>`;
  return `${short === undefined ? "" : `-${short}, `}${flagOf(name)}${value}`;
}

function describe({ doc, kind, env, otherwise, required }: Option): string {
  const notes = [
    required ? "required" : "",
    kind === "repeated" ? "can be repeated" : "",
    otherwise === undefined ? "" : `default: ${otherwise}`,
    env === undefined ? "" : `env: ${env.join(", ")}`,
  ].filter((note) => note !== "");
  return notes.length === 0 ? doc : `${doc} (${notes.join("; ")})`;
}
