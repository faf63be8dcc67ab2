/** What a shell can offer for a value: known words, paths, or what the files of this user or the catalogue have. */
export type Completes = readonly string[] | "files" | "folders" | "contexts" | "errorCodes";

/** An option of a command, and in its type what the command gets. Its flag is its name in the table with dashes. */
export interface Option<T = unknown> {
  readonly kind: "flag" | "value" | "repeated";
  readonly doc: string;
  /** What stands for the value in the help. */
  readonly placeholder: string;
  /** One letter. */
  readonly short?: string;
  /** Environment variables that say the same, the first that is set wins. The flag wins over all. */
  readonly env?: readonly string[];
  /** Whether the command does not work without it. */
  readonly required?: boolean;
  /** Whether its value may be left out, which is an empty text then. Only for `--tunnel`: see `attachTunnel`. */
  readonly bare?: boolean;
  /** What holds when it is not given, for the help. */
  readonly otherwise?: string;
  /** What a shell can offer for its value, where its placeholder does not say it. */
  readonly completes?: Completes;
  /** Reads a value. Throws UsageError. */
  readonly read: (text: string) => unknown;
  /** Never present: carries the type. */
  readonly type?: T;
}

/** The options of a command, by their names. */
export type Options = Readonly<Record<string, Option>>;

/** What a command gets of its options. */
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

type Extra<T> = Omit<Partial<Option<T>>, "kind" | "doc" | "placeholder" | "read" | "type" | "required">;
const asText = (text: string): string => text;

/** An option without a value. */
export function flag(doc: string, extra?: Extra<boolean>): Option<boolean> {
  return { ...extra, kind: "flag", doc, placeholder: "", read: asText };
}

/** An option with a text. */
export function textOption(placeholder: string, doc: string, extra?: Extra<string>): Option<string | undefined> {
  return { ...extra, kind: "value", doc, placeholder, read: asText };
}

/** An option with a value that is read by `read`. */
export function option<T>(
  placeholder: string,
  doc: string,
  read: (text: string) => T,
  extra?: Extra<T>,
): Option<T | undefined> {
  return { ...extra, kind: "value", doc, placeholder, read };
}

/** An option that has to be given. */
export function required(placeholder: string, doc: string, extra?: Extra<string>): Option<string> {
  return { ...extra, kind: "value", doc, placeholder, read: asText, required: true };
}

/** An option that can be given several times. */
export function repeated<T = string>(
  placeholder: string,
  doc: string,
  read: (text: string) => T = asText as never,
  extra?: Extra<T>,
): Option<readonly T[]> {
  return { ...extra, kind: "repeated", doc, placeholder, read };
}

/** `caFile` -> `ca-file`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `caFile` -> `--ca-file`. */
export function flagOf(name: string): string {
  return `--${kebab(name)}`;
}
