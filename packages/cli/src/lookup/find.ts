import { isKfpError } from "@kfp-ts/sdk";
import { CommandError, UsageError } from "../command-error.ts";
import { PROGRAM } from "../command-line/command-line.ts";
import { nameOf, prefixOf } from "../output/printer.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/** How things of a kind are looked up. */
export interface Lookup<T> {
  /** Rejects with NOT_FOUND where there is none. */
  byId(id: string): Promise<T>;
  /** All that have this name, compared as the server does, the newest first. */
  byName(name: string): AsyncIterable<T>;
}

/** How many are shown to choose from. */
const SHOWN = 10;

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
  const named = await namedSo(kind, byName(given), given);
  const [only, second] = named;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined) {
    const found = id === given && !UUID.test(id) ? await orUndefined(byId(id)) : undefined;
    if (found !== undefined) return found;
    throw new CommandError(
      `There is no ${kind.noun} with the name or id ${JSON.stringify(given)}.`,
      `See what there is: ${PROGRAM} ${kind.listCommand}`,
    );
  }
  const list = named.slice(0, SHOWN).map((item) => `\n  ${nameOf(kind, item)}`);
  const more = named.length > SHOWN ? `\nThere are more: ${PROGRAM} ${kind.listCommand}` : "";
  throw new UsageError(
    `Several ${kind.noun}s have the name ${JSON.stringify(given)}.`,
    `Say which by its id:${list.join("")}${more}`,
  );
}

/** How a thing is called in a sentence: `experiment "demo" (ID)`. */
export function titleOf<T>(kind: ResourceKind<T>, item: T): string {
  return `${kind.noun} ${JSON.stringify(kind.displayName(item))} (${kind.id(item)})`;
}

/**
 * Those whose name is the same in every letter, where there are some: servers compare names without case. No more are
 * looked at than are shown: there can be thousands of runs of one name.
 */
async function namedSo<T>(kind: ResourceKind<T>, found: AsyncIterable<T>, name: string): Promise<readonly T[]> {
  const exact: T[] = [];
  const similar: T[] = [];
  for await (const item of found) {
    (kind.displayName(item) === name ? exact : similar).push(item);
    if (exact.length > SHOWN) break;
  }
  return exact.length === 0 ? similar : exact;
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
