import { UsageError } from "../command-error.ts";
import type { Option, Options, ValuesOf } from "./option.ts";

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
