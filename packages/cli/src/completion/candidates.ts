import type { Command, CommandGroup } from "../command-line/command.ts";
import { type Completes, flagOf, type Option, type Options } from "../command-line/option.ts";
import { sharedOptions } from "../command-line/shared-options.ts";

/** A word that could stand there, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What could stand at a place of a command line: words, or a path, which is the shell's own business. */
export type Candidates =
  | { readonly kind: "words"; readonly words: readonly Candidate[] }
  | { readonly kind: "files" | "folders" };

/** The commands that there are, and what only this user's files know. */
export interface Known {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly Command[];
  contexts(): Promise<readonly Candidate[]>;
  errorCodes(): Promise<readonly Candidate[]>;
}

/** What stands before the word that is being typed, as far as it can be read. */
interface Before {
  readonly group: CommandGroup | undefined;
  readonly command: Command | undefined;
  readonly typed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** Whether `--` stood there: what follows is no option. */
  readonly hasEnded: boolean;
  /** Whether `help` stood there. */
  readonly isHelp: boolean;
}

/** What arguments of these names are everywhere. */
const usualArguments: Readonly<Record<string, Completes>> = { file: "files", code: "errorCodes" };

const HELP: Candidate = { word: "--help", about: "Show help." };

/**
 * What the last of some words could become.
 *
 * @param words - What was typed behind the name of the program. The last one is being typed, and may be empty.
 */
export async function candidatesFor(words: readonly string[], known: Known): Promise<Candidates> {
  const current = words.at(-1) ?? "";
  const before = read(words.slice(0, -1), known);
  const { command, pending } = before;
  if (pending !== undefined) return fitting(await valuesOf(completesOf(pending), known), current);
  if (!before.hasEnded && current.startsWith("-")) {
    const equals = current.indexOf("=");
    if (equals < 0) return fitting(offered(optionsAt(before)), current);
    const option = find(optionsIn(before), current.slice(0, equals))?.[1];
    if (option === undefined || option.kind === "flag") return { kind: "words", words: [] };
    const values = await valuesOf(completesOf(option), known);
    if (values.kind !== "words") return values;
    const prefix = current.slice(0, equals + 1);
    return fitting(offered(values.words.map(({ word, about }) => ({ word: prefix + word, about }))), current);
  }
  if (command !== undefined) return fitting(await argumentsAt(command, before, known), current);
  if (before.group !== undefined) return fitting(offered(before.group.commands.map(named)), current);
  const all = [...known.groups, ...known.commands].map(named);
  const help = { word: "help", about: "Show the help of a command." };
  return fitting(offered(before.isHelp ? all : [...all, help]), current);
}

function read(words: readonly string[], { groups, commands }: Known): Before {
  let at: Before = {
    group: undefined,
    command: undefined,
    typed: new Set(),
    args: [],
    pending: undefined,
    hasEnded: false,
    isHelp: false,
  };
  for (const word of words) {
    if (at.pending !== undefined) at = { ...at, pending: undefined };
    else if (!at.hasEnded && word === "--") at = { ...at, hasEnded: true };
    else if (!at.hasEnded && word.startsWith("-") && word !== "-") {
      const [name, option] = find(optionsIn(at), word.startsWith("--") ? word.replace(/=.*$/s, "") : word) ?? [];
      // The value of some may be left out: then what follows says itself what it is.
      const isOpen = option !== undefined && option.kind !== "flag" && !option.bare && !word.includes("=");
      at = { ...at, typed: new Set([...at.typed, name ?? word]), pending: isOpen ? option : undefined };
    } else if (at.command !== undefined) at = { ...at, args: [...at.args, word] };
    else if (at.group !== undefined) at = { ...at, command: at.group.commands.find(({ name }) => name === word) };
    else if (word === "help") at = { ...at, isHelp: true };
    else {
      const group = groups.find(({ name, alias }) => name === word || alias === word);
      at = { ...at, group, command: group === undefined ? commands.find(({ name }) => name === word) : undefined };
    }
  }
  return at;
}

/** The options that are understood there. Those that all commands share may stand before the command, too. */
function optionsIn({ command }: Before): Options {
  if (command === undefined) return sharedOptions;
  return command.speaks ? { ...sharedOptions, ...command.options } : command.options;
}

function find(options: Options, spelled: string): readonly [name: string, option: Option] | undefined {
  const isLong = spelled.startsWith("--");
  return Object.entries(options).find(([name, { short }]) => spelled === (isLong ? flagOf(name) : `-${short}`));
}

/** The options that may still be said, those of the command first. Some are only there to be refused with a reason. */
function optionsAt(before: Before): Candidate[] {
  const { command, typed } = before;
  const all = { ...command?.options, ...optionsIn(before) };
  const open = Object.entries(all).filter(
    ([name, { kind, doc }]) => (kind === "repeated" || !typed.has(name)) && !doc.startsWith("Refused"),
  );
  const version = { word: "--version", about: "Tell the version." };
  return [
    ...open.map(([name, { doc }]) => ({ word: flagOf(name), about: doc })),
    HELP,
    ...(command === undefined && before.group === undefined ? [version] : []),
  ];
}

/** The next argument; where there is none, the options, because something else could only be wrong. */
async function argumentsAt(command: Command, before: Before, known: Known): Promise<Candidates> {
  const names = [
    ...Object.keys(command.args),
    ...(command.optionalArg === undefined ? [] : [command.optionalArg.name]),
  ];
  const name = names[before.args.length];
  if (name === undefined) return offered(before.hasEnded ? [] : optionsAt(before));
  return valuesOf(command.completes?.[name] ?? usualArguments[name] ?? [], known);
}

function completesOf({ completes, placeholder }: Option): Completes {
  return completes ?? (placeholder === "path" ? "files" : placeholder === "dir" ? "folders" : []);
}

async function valuesOf(completes: Completes, known: Known): Promise<Candidates> {
  switch (completes) {
    case "files":
    case "folders":
      return { kind: completes };
    case "contexts":
      return offered(await known.contexts());
    case "errorCodes":
      return offered(await known.errorCodes());
    default:
      return offered(completes.map((word) => ({ word, about: "" })));
  }
}

function offered(words: readonly Candidate[]): Candidates {
  return { kind: "words", words };
}

function named({ name, summary }: CommandGroup | Command): Candidate {
  return { word: name, about: summary };
}

function fitting(candidates: Candidates, current: string): Candidates {
  if (candidates.kind !== "words") return candidates;
  return offered(candidates.words.filter(({ word }) => word.startsWith(current)));
}
