import { isKfpError } from "@kfp-ts/sdk";
import { CommandError, UsageError } from "../command-error.ts";
import { PROGRAM } from "../command-line/command-line.ts";
import { nameOf, prefixOf } from "../output/printer.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/** How things of a kind are looked up. */
export interface Lookup<T> {
  /** Rejects with NOT_FOUND where there is none. */
  byId(id: string): Promise<T>;
  /** All that have this name, compared as the server does. */
  byName(name: string): Promise<readonly T[]>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Finds what a word on the command line means: an id, a name, or what `--output name` prints (`experiment/ID`). What
 * looks like an id is one, unless there is none of that id; what does not is a name, unless there is none of that name.
 *
 * @throws CommandError where nothing has this id or name, UsageError where several have this name.
 */
export async function find<T>(kind: ResourceKind<T>, given: string, { byId, byName }: Lookup<T>): Promise<T> {
  if (given === "") throw new UsageError(`The ${kind.noun} is an empty text.`, "Give its name or its id.");
  const prefix = prefixOf(kind);
  const id = given.startsWith(prefix) ? given.slice(prefix.length) : given;
  if (id !== given || UUID.test(id)) {
    const found = await orUndefined(byId(id));
    if (found !== undefined) return found;
  }
  const named = await byName(given);
  const [only, ...others] = named.length > 1 ? exactly(kind, named, given) : named;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const found = id === given && !UUID.test(id) ? await orUndefined(byId(id)) : undefined;
    if (found !== undefined) return found;
    throw new CommandError(
      `There is no ${kind.noun} with the name or id ${JSON.stringify(given)}.`,
      `See what there is: ${PROGRAM} ${kind.listCommand}`,
    );
  }
  const list = [only, ...others].map((item) => `  ${nameOf(kind, item)}`).join("\n");
  throw new UsageError(
    `Several ${kind.noun}s have the name ${JSON.stringify(given)}.`,
    `Say which by its id:\n${list}`,
  );
}

/** How a thing is called in a sentence: `experiment "demo" (ID)`. */
export function titleOf<T>(kind: ResourceKind<T>, item: T): string {
  return `${kind.noun} ${JSON.stringify(kind.displayName(item))} (${kind.id(item)})`;
}

/** Those whose name is the same in every letter, where there are some: names are else compared without case. */
function exactly<T>(kind: ResourceKind<T>, named: readonly T[], name: string): readonly T[] {
  const exact = named.filter((item) => kind.displayName(item) === name);
  return exact.length === 0 ? named : exact;
}

async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    // Some servers call an id that can be none wrong, and not unknown.
    if (isKfpError(error) && (error.code === "NOT_FOUND" || error.code === "INVALID_REQUEST")) return undefined;
    throw error;
  }
}
