import { type Command as CommanderCommand, Option as CommanderOption, InvalidArgumentError } from "commander";
import { UsageError } from "../command-error.ts";
import { flagOf, type Option, type Options, type ValuesOf } from "./option.ts";

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
 * The values of the options in a table: what was typed, nearest to the end of the command line first, else what an
 * environment variable says, else nothing (false for flags, an empty list for repeated ones).
 *
 * @param chain - The command and those that it belongs to: an option can stand behind any of their names.
 * @throws UsageError for an environment variable with a wrong value.
 */
export function readOptions<O extends Options>(
  options: O,
  chain: readonly CommanderCommand[],
  env: Readonly<Record<string, string | undefined>>,
): ValuesOf<O> {
  const values = Object.entries(options).map(([name, option]) => {
    const attribute = new CommanderOption(spelling(name, option)).attributeName();
    const typed = chain.find((command) => command.getOptionValueSource(attribute) === "cli");
    const given = typed === undefined ? fromEnvironment(option, env) : typed.getOptionValue(attribute);
    // commander turns --no-x into an x that is false.
    const value = option.kind === "flag" ? given !== undefined : option.kind === "repeated" ? (given ?? []) : given;
    return [name, value] as const;
  });
  return Object.fromEntries(values) as ValuesOf<O>;
}

function fromEnvironment(option: Option, env: Readonly<Record<string, string | undefined>>): unknown {
  for (const variable of option.env ?? []) {
    const text = env[variable];
    if (text === undefined || text === "") continue;
    try {
      return option.read(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`The environment variable ${variable}: ${error.message}`, error.fix);
    }
  }
  return undefined;
}

function readWord(option: Option, text: string): unknown {
  try {
    return option.read(text);
  } catch (error) {
    if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function spelling(name: string, { short, placeholder }: Option): string {
  return `${short === undefined ? "" : `-${short}, `}${flagOf(name)}${placeholder === "" ? "" : ` <${placeholder}>`}`;
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
