import { UsageError } from "../command-error.ts";
import { flagOf, type Option, type Options, type ValuesOf } from "./option.ts";

/**
 * The values of the options in a table: what was typed, else what an environment variable says, else nothing (false for
 * flags, an empty list for repeated ones).
 *
 * @param typed - What was typed, already read, by the names of the table.
 * @throws UsageError for an environment variable with a wrong value.
 */
export function valuesOf<O extends Options>(
  options: O,
  typed: ReadonlyMap<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): ValuesOf<O> {
  const values = Object.entries(options).map(([name, option]) => {
    const given = typed.has(name) ? typed.get(name) : fromEnvironment(option, env);
    const nothing = option.kind === "flag" ? false : option.kind === "repeated" ? [] : undefined;
    return [name, given ?? nothing] as const;
  });
  return Object.fromEntries(values) as ValuesOf<O>;
}

/** What said the value of an option: the option itself, or an environment variable. */
export type Origin = { readonly kind: "option" | "variable"; readonly name: string };

/** Who said the values that `valuesOf` gives; options that nobody has said are missing. */
export function originsOf<O extends Options>(
  options: O,
  typed: ReadonlyMap<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Partial<Record<keyof O, Origin>>> {
  const origins: Partial<Record<keyof O, Origin>> = {};
  for (const [name, option] of Object.entries(options)) {
    const variable = option.env?.find((one) => env[one] !== undefined && env[one] !== "");
    if (typed.has(name)) origins[name as keyof O] = { kind: "option", name: flagOf(name) };
    else if (variable !== undefined) origins[name as keyof O] = { kind: "variable", name: variable };
  }
  return origins;
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
