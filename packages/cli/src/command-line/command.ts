import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import type { Session } from "../session.ts";
import type { Completes, Options, ValuesOf } from "./option.ts";

/** The arguments of a command in their order, by name, with what each is. All have to be given. */
export type Arguments = Readonly<Record<string, string>>;

/** What a command gets to work with. */
export interface Invocation<A extends Arguments = Arguments, O extends Options = Options> {
  readonly args: { readonly [K in keyof A]: string };
  /** The argument that may be left out, where there is one and it was given. */
  readonly optionalArg?: string | undefined;
  readonly options: ValuesOf<O>;
  readonly io: Io;
  /** The options that all commands share, and what they lead to. */
  readonly session: Session;
}

/** A command that can be given: the verbs of a resource, and those that stand by themselves. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** More, for its own help. */
  readonly description?: string;
  readonly args: Arguments;
  /** An argument that may be left out, behind the others: its name, and what it is. */
  readonly optionalArg?: { readonly name: string; readonly doc: string };
  readonly options: Options;
  /** What a shell can offer for the arguments, by their names; `file` is a path anyway, and `code` an error code. */
  readonly completes?: Readonly<Record<string, Completes>>;
  /** Lines as they are typed, without the `kfp-ts` in front. */
  readonly examples: readonly string[];
  /** Whether it speaks to a server: then it takes the options that say to which, and how to print. */
  readonly speaks: boolean;
  /** Whether it has its own way to stop when it is asked to; the others are simply left. */
  readonly stopsItself: boolean;
  /** @returns its exit code, 0 where it says nothing. */
  run(invocation: Invocation): Promise<ExitCode | undefined>;
}

/** The commands of one resource. */
export interface CommandGroup {
  readonly name: string;
  /** Another spelling, where there is one. */
  readonly alias?: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

interface Declared<A extends Arguments, O extends Options> {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly args?: A;
  readonly optionalArg?: { readonly name: string; readonly doc: string };
  readonly options?: O;
  readonly completes?: Readonly<Record<string, Completes>>;
  readonly examples?: readonly string[];
  readonly speaks?: boolean;
  readonly stopsItself?: boolean;
  // biome-ignore lint/suspicious/noConfusingVoidType: a command that always ends well returns nothing
  run(invocation: Invocation<A, O>): Promise<ExitCode | undefined | void>;
}

/** Declares a command; the types of its arguments and options come from their tables. */
export function command<
  const A extends Arguments = Record<never, never>,
  const O extends Options = Record<never, never>,
>(declared: Declared<A, O>): Command {
  return {
    ...declared,
    args: declared.args ?? {},
    options: declared.options ?? {},
    examples: declared.examples ?? [],
    speaks: declared.speaks ?? true,
    stopsItself: declared.stopsItself ?? false,
    async run(invocation) {
      return (await declared.run(invocation as unknown as Invocation<A, O>)) ?? undefined;
    },
  };
}
