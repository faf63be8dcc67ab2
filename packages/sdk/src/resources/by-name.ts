import { badArgument } from "../errors/bad-argument.ts";
import { KfpError } from "../errors/kfp-error.ts";

/**
 * The one of this name among those that the server found. Servers compare without case, so one that is spelled exactly
 * like it goes before others.
 *
 * @param what - What it is, in the words of an error: `experiment`, `version of pipeline 123`.
 * @throws KfpError NOT_FOUND, AMBIGUOUS_NAME; BAD_ARGUMENT where there is no name
 */
export async function onlyOne<T>(
  found: AsyncIterable<T>,
  nameOf: (item: T) => string,
  name: string,
  what: string,
  namespace?: string,
): Promise<T> {
  if (typeof name !== "string" || name === "") throw badArgument(`The name of the ${what} is missing.`);
  const items: T[] = [];
  for await (const item of found) items.push(item);
  const exact = items.filter((item) => nameOf(item) === name);
  const [only, second] = exact.length > 0 ? exact : items;
  if (only === undefined) throw notFound(what, name, namespace);
  if (second === undefined) return only;
  throw new KfpError("AMBIGUOUS_NAME", {
    message: `There are ${(exact.length > 0 ? exact : items).length} of the ${what} ${JSON.stringify(name)}${within(namespace)}.`,
  });
}

/** There is none of this name. */
export function notFound(what: string, name: string, namespace?: string, cause?: unknown): KfpError {
  return new KfpError("NOT_FOUND", {
    message: `There is no ${what} ${JSON.stringify(name)}${within(namespace)}.`,
    cause,
  });
}

function within(namespace: string | undefined): string {
  return namespace ? ` in the namespace ${namespace}` : "";
}
