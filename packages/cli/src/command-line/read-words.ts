import { UsageError } from "../command-error.ts";
import type { Command, CommandGroup } from "./command.ts";
import type { CommandLine, ReadWords } from "./command-line.ts";
import { flagOf, type Option, type Options } from "./option.ts";
import { sharedOptions } from "./shared-options.ts";

/**
 * Reads a command line that is plain and right: words as they are in the help, each option known and with its value, all
 * arguments there.
 *
 * It does not explain: whatever else there is (a request for help, a mistake, a rarer spelling) is left to commander,
 * which costs more time to load than all of the rest here.
 *
 * @returns undefined where it is not plain, or not right.
 */
export function readWords({ groups, commands }: CommandLine, argv: readonly string[]): ReadWords | undefined {
  const typed = { own: new Map<string, unknown>(), shared: new Map<string, unknown>() };
  const args: string[] = [];
  let group: CommandGroup | undefined;
  let command: Command | undefined;
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word.startsWith("-")) {
      const own = command === undefined ? undefined : findOption(command.options, word);
      const shared = own === undefined && command?.speaks !== false ? findOption(sharedOptions, word) : undefined;
      const found = own ?? shared;
      if (found === undefined) return undefined;
      const used = readOption(found, argv[index + 1], own === undefined ? typed.shared : typed.own);
      if (used === undefined) return undefined;
      index += used;
    } else if (command !== undefined) {
      args.push(word);
    } else if (group !== undefined) {
      command = group.commands.find(({ name }) => name === word);
      if (command === undefined) return undefined;
    } else {
      group = groups.find(({ name, alias }) => name === word || alias === word);
      if (group === undefined) command = commands.find(({ name }) => name === word);
      if (group === undefined && command === undefined) return undefined;
    }
  }
  if (command === undefined || !isComplete(command, args, typed)) return undefined;
  const names = Object.keys(command.args);
  return {
    command,
    args: Object.fromEntries(names.map((name, index) => [name, args[index] ?? ""])),
    optionalArg: args[names.length],
    typed,
  };
}

interface FoundOption {
  readonly name: string;
  readonly option: Option;
  /** What stands behind the equals sign. */
  readonly attached: string | undefined;
}

function findOption(options: Options, word: string): FoundOption | undefined {
  const equals = word.indexOf("=");
  const isLong = word.startsWith("--");
  const spelled = isLong && equals > 0 ? word.slice(0, equals) : word;
  for (const [name, option] of Object.entries(options)) {
    if (spelled !== (isLong ? flagOf(name) : `-${option.short}`)) continue;
    return { name, option, attached: isLong && equals > 0 ? word.slice(equals + 1) : undefined };
  }
  return undefined;
}

/** @returns how many of the words behind it belong to it; undefined where it cannot be read. */
function readOption(
  { name, option, attached }: FoundOption,
  next: string | undefined,
  typed: Map<string, unknown>,
): number | undefined {
  if (option.kind === "flag") {
    typed.set(name, true);
    return attached === undefined ? 0 : undefined;
  }
  const text = attached ?? next;
  // A value that looks like an option more often is one.
  if (text === undefined || (attached === undefined && text.startsWith("-"))) return undefined;
  try {
    const value = option.read(text);
    const before = typed.get(name);
    typed.set(name, option.kind === "repeated" ? [...(Array.isArray(before) ? before : []), value] : value);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
  return attached === undefined ? 1 : 0;
}

function isComplete(command: Command, args: readonly string[], typed: ReadWords["typed"]): boolean {
  const more = args.length - Object.keys(command.args).length;
  if (more !== 0 && !(more === 1 && command.optionalArg !== undefined)) return false;
  if (!command.speaks && typed.shared.size > 0) return false;
  return Object.entries(command.options).every(([name, { required }]) => !required || typed.own.has(name));
}
