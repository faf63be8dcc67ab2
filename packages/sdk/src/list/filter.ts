import { type FilterOperation, formatTimestamp, type Listable, snakeCase } from "@kfp-ts/api";
import { badArgument } from "../errors/bad-argument.ts";
import { type InstantKeyOf, type ListName, listables, type TagKeyOf, type TextKeyOf } from "./list-keys.ts";

/**
 * How a text can be compared. The server compares without case.
 *
 * @example
 * import { filter, type TextCondition } from "@kfp-ts/sdk";
 *
 * const name: TextCondition<"runs"> = filter("runs").where("displayName");
 * console.log(String(name.in(["nightly", "weekly"])));
 */
export interface TextCondition<Name extends ListName> {
  equals(value: string): Filter<Name>;
  notEquals(value: string): Filter<Name>;
  greaterThan(value: string): Filter<Name>;
  greaterThanEquals(value: string): Filter<Name>;
  lessThan(value: string): Filter<Name>;
  lessThanEquals(value: string): Filter<Name>;
  /** Equal to one of these. */
  in(values: readonly string[]): Filter<Name>;
  /** Contains this. */
  isSubstring(value: string): Filter<Name>;
}

/**
 * How an instant can be compared. The server knows whole seconds.
 *
 * @example
 * import { filter, type InstantCondition } from "@kfp-ts/sdk";
 *
 * const finished: InstantCondition<"runs"> = filter("runs").where("finishedAt");
 * console.log(String(finished.lessThan(new Date())));
 */
export interface InstantCondition<Name extends ListName> {
  equals(value: Date): Filter<Name>;
  notEquals(value: Date): Filter<Name>;
  greaterThan(value: Date): Filter<Name>;
  greaterThanEquals(value: Date): Filter<Name>;
  lessThan(value: Date): Filter<Name>;
  lessThanEquals(value: Date): Filter<Name>;
  /** Equal to one of these. */
  in(values: readonly Date[]): Filter<Name>;
}

/**
 * How a label can be compared.
 *
 * @example
 * import { filter, type TagCondition } from "@kfp-ts/sdk";
 *
 * const team: TagCondition<"pipelines"> = filter("pipelines").where("tags.team");
 * console.log(String(team.equals("vision")));
 */
export interface TagCondition<Name extends ListName> {
  equals(value: string): Filter<Name>;
}

interface Predicate {
  readonly operation: FilterOperation;
  readonly key: string;
  readonly [value: `${string}_${string}`]: unknown;
}

/**
 * What a list is restricted to: all of its conditions hold. A filter never changes; each condition gives a new one.
 * As text it is the JSON that the API takes.
 *
 * @example
 * import { Client, filter } from "@kfp-ts/sdk";
 *
 * const kfp = new Client({ host: "http://localhost:3000" });
 * const nightly = filter("runs").where("displayName").isSubstring("nightly");
 * const lately = nightly.and("createdAt").greaterThan(new Date(Date.now() - 86_400_000));
 * for await (const run of kfp.runs.list({ filter: lately })) console.log(run.displayName, run.state);
 */
export class Filter<Name extends ListName> {
  /** Which list it is for. */
  readonly list: Name;
  readonly #predicates: readonly Predicate[];

  /** @internal Use {@link filter}. */
  constructor(list: Name, predicates: readonly Predicate[] = []) {
    this.list = list;
    this.#predicates = predicates;
  }

  /**
   * Begins a condition on a field.
   *
   * @throws KfpError BAD_ARGUMENT for a field that this list cannot be filtered by.
   */
  where(key: TextKeyOf<Name>): TextCondition<Name>;
  where(key: InstantKeyOf<Name>): InstantCondition<Name>;
  where(key: TagKeyOf<Name>): TagCondition<Name>;
  where(key: string): TextCondition<Name> & InstantCondition<Name> {
    return new Condition(this.list, this.#predicates, wireKey(this.list, key));
  }

  /** The same as {@link where}, for reading aloud. */
  and(key: TextKeyOf<Name>): TextCondition<Name>;
  and(key: InstantKeyOf<Name>): InstantCondition<Name>;
  and(key: TagKeyOf<Name>): TagCondition<Name>;
  and(key: string): TextCondition<Name> & InstantCondition<Name> {
    return new Condition(this.list, this.#predicates, wireKey(this.list, key));
  }

  /** The JSON that the API takes. */
  toString(): string {
    return JSON.stringify(this);
  }

  toJSON(): { readonly predicates: readonly object[] } {
    return { predicates: this.#predicates };
  }
}

/**
 * Begins a filter of a list. Its fields, and what they can be compared with, are known to the compiler.
 *
 * @param list - The list, by the name of the client's property.
 *
 * @example
 * import { filter } from "@kfp-ts/sdk";
 *
 * const ofTeam = filter("pipelines").where("tags.team").equals("vision").and("name").notEquals("scratch");
 * console.log(String(ofTeam));
 */
export function filter<Name extends ListName>(list: Name): Filter<Name> {
  if (Object.hasOwn(listables, list)) return new Filter(list);
  throw badArgument(
    `filter: there is no list ${JSON.stringify(list)}; there are ${Object.keys(listables).join(", ")}.`,
  );
}

class Condition<Name extends ListName> implements TextCondition<Name>, InstantCondition<Name> {
  readonly #list: Name;
  readonly #before: readonly Predicate[];
  readonly #key: string;

  constructor(list: Name, before: readonly Predicate[], key: string) {
    this.#list = list;
    this.#before = before;
    this.#key = key;
  }

  equals(value: string | Date): Filter<Name> {
    return this.#with("EQUALS", value);
  }

  notEquals(value: string | Date): Filter<Name> {
    return this.#with("NOT_EQUALS", value);
  }

  greaterThan(value: string | Date): Filter<Name> {
    return this.#with("GREATER_THAN", value);
  }

  greaterThanEquals(value: string | Date): Filter<Name> {
    return this.#with("GREATER_THAN_EQUALS", value);
  }

  lessThan(value: string | Date): Filter<Name> {
    return this.#with("LESS_THAN", value);
  }

  lessThanEquals(value: string | Date): Filter<Name> {
    return this.#with("LESS_THAN_EQUALS", value);
  }

  in(values: readonly (string | Date)[]): Filter<Name> {
    const instants = values.filter((value) => value instanceof Date);
    const given =
      instants.length > 0
        ? { long_values: { values: instants.map((instant) => String(Math.floor(checked(instant).getTime() / 1000))) } }
        : { string_values: { values } };
    return this.#add({ operation: "IN", key: this.#key, ...given });
  }

  isSubstring(value: string): Filter<Name> {
    return this.#with("IS_SUBSTRING", value);
  }

  #with(operation: FilterOperation, value: string | Date): Filter<Name> {
    const given =
      value instanceof Date ? { timestamp_value: formatTimestamp(checked(value)) } : { string_value: value };
    return this.#add({ operation, key: this.#key, ...given });
  }

  #add(predicate: Predicate): Filter<Name> {
    return new Filter(this.#list, [...this.#before, predicate]);
  }
}

function wireKey(list: ListName, key: string): string {
  const { keys, tags }: Listable = listables[list];
  if (tags && key.startsWith("tags.")) return key;
  const wire = snakeCase(key);
  if (Object.hasOwn(keys, wire)) return wire;
  throw badArgument(
    `filter: ${list} cannot be filtered by ${JSON.stringify(key)}; they can by ${Object.keys(keys).join(", ")}.`,
  );
}

function checked(instant: Date): Date {
  if (Number.isNaN(instant.getTime())) throw badArgument("filter: the date is not valid.");
  return instant;
}
