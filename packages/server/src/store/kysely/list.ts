import { invalidArgument, type Predicate, type TagPredicate } from "@kfp-ts/api";
import { type Compilable, type Expression, type SqlBool, sql } from "kysely";
import type { Cursor, ListQuery, StorageState } from "../../ports/store.ts";
import { rows, type Work } from "../engine.ts";
import { countIn, everything, type Scope } from "./counters.ts";
import { columnOf, type ListedTable, type Listing, type PagePosition } from "./listing.ts";
import { countRows, type PageOrder, pageQuery } from "./page-query.ts";
import { predicateSql } from "./predicates.ts";
import type { Database } from "./schema.ts";
import { template } from "./template.ts";

/** A page of rows. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly totalSize: number;
  readonly next?: Cursor | undefined;
}

/** Two queries with all of these fit into what SQLite allows a statement to have. */
const MAX_FILTER_VALUES = 10_000;
const storageStates: readonly StorageState[] = ["AVAILABLE", "ARCHIVED"];
const everyState: Restriction["states"] = [""];

/**
 * A page of a list. It begins where the last one ended, by value, so that rows which come or go between two pages
 * shift nothing, and any page costs what the first costs.
 *
 * @throws StatusError INVALID_ARGUMENT where upstream could not say where the next page begins.
 */
export function* listPage<Table extends ListedTable, Row>(
  db: Database,
  listing: Listing<Table, Row>,
  query: ListQuery,
  given: Scope = everything,
): Work<RowPage<Row>> {
  const { scope, states, predicates } = restrict(listing, query, given);
  const { tags } = query.filter;
  const plain = predicates.length === 0 && tags.length === 0;
  // A list of everything has an index of its own; any other is put together from a page of each storage state.
  const whole = scope.kind === "all" && states.length === storageStates.length;
  const matching = { conditions: conditionsOf(listing, scope, predicates, tags), states: whole ? everyState : states };
  // One more than the page has tells whether there is a next one.
  const order = { sort: query.sort, after: query.after, limit: query.pageSize + 1 };
  const page = plain ? plainPage(db, listing, scope, matching.states, order) : pageQuery(db, listing, matching, order);
  const found = states.length === 0 ? [] : yield* rows(page);
  const more = found.length > query.pageSize;
  if (more && query.sort.column.onePageOnly !== undefined) {
    throw invalidArgument(`cannot sort by field "${query.sort.column.onePageOnly}" on type "${listing.typeName}"`);
  }
  const kept = more ? found.slice(0, query.pageSize) : found;
  const last = more ? kept.at(-1) : undefined;
  return {
    rows: kept,
    totalSize: plain ? yield* countIn(db, listing.counted, scope, states) : yield* countRows(db, listing, matching),
    next: last && { value: last.sort_key, id: last.row_id },
  };
}

interface PlainValues {
  readonly scopeId: string;
  readonly value: string | number;
  readonly id: string;
  readonly limit: number;
}

/** The queries of plain lists, by the listing and by their form. */
const plainPages = new WeakMap<object, Map<string, ReturnType<typeof template<PlainValues, unknown>>>>();

/** A page of a list that only the scope and the storage state restrict, as most do: its query is compiled once. */
function plainPage<Table extends ListedTable, Row>(
  db: Database,
  listing: Listing<Table, Row>,
  scope: Scope,
  states: Restriction["states"],
  { sort, after, limit }: PageOrder,
): Compilable<Row & PagePosition> {
  const forms = plainPages.get(listing) ?? new Map<string, ReturnType<typeof template<PlainValues, unknown>>>();
  plainPages.set(listing, forms);
  const form = [scope.kind, ...states, sort.column.column, sort.descending, after !== undefined].join(" ");
  const write =
    forms.get(form) ??
    template<PlainValues, unknown>((on, slots) => {
      const conditions = conditionsOf(listing, { kind: scope.kind, id: slots.scopeId }, [], []);
      const order = { sort, after: after && { value: slots.value, id: slots.id }, limit: slots.limit };
      return pageQuery(on, listing, { conditions, states }, order);
    });
  forms.set(form, write);
  const values = { scopeId: scope.id, value: after?.value ?? "", id: after?.id ?? "", limit };
  return write(db, values) as Compilable<Row & PagePosition>;
}

/** A filter, sorted by what there are indexes and counters for. */
interface Restriction {
  readonly scope: Scope;
  /** The storage states that the filter admits; one empty text for any. */
  readonly states: ReadonlyArray<StorageState | "">;
  /** The other predicates. */
  readonly predicates: readonly Predicate[];
}

function restrict(listing: Restricted, { filter }: ListQuery, given: Scope): Restriction {
  const values = filter.predicates.reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 1), 0);
  if (values > MAX_FILTER_VALUES) throw invalidArgument(`filter: more than ${MAX_FILTER_VALUES} values`);
  const ofState = filter.predicates.filter((one) => choosesState(listing, one));
  const others = filter.predicates.filter((one) => !ofState.includes(one));
  const states = storageStates.filter((state) => ofState.every((one) => admits(one, state)));
  // Without a restriction of its own, a list that is filtered by a namespace or an experiment has that for one.
  const chosen = given.kind === "all" ? others.find((one) => scopeOf(listing, one) !== undefined) : undefined;
  return {
    scope: (chosen && scopeOf(listing, chosen)) ?? given,
    states: listing.storageState === undefined ? [""] : states,
    predicates: others.filter((one) => one !== chosen),
  };
}

type Restricted = Pick<Listing<ListedTable, unknown>, "columns" | "scopes" | "storageState">;

function choosesState({ storageState }: Restricted, { column, operation }: Predicate): boolean {
  return (
    storageState !== undefined && column.column === "storageState" && ["EQUALS", "NOT_EQUALS", "IN"].includes(operation)
  );
}

function admits({ operation, value }: Predicate, state: StorageState): boolean {
  const values = (Array.isArray(value) ? value : [value]).map((one) => String(one).toUpperCase());
  return values.includes(state) !== (operation === "NOT_EQUALS");
}

/** The scope that a predicate amounts to, where there are counters by its column. */
function scopeOf({ columns, scopes }: Restricted, { operation, column, value }: Predicate): Scope | undefined {
  if (operation !== "EQUALS" || typeof value !== "string") return undefined;
  const kinds = Object.keys(scopes) as Scope["kind"][];
  const kind = kinds.find((one) => scopes[one]?.column === column.column);
  return kind && { kind, id: columns[column.column]?.fold?.(value) ?? value };
}

function conditionsOf<Table extends ListedTable, Row>(
  listing: Listing<Table, Row>,
  scope: Scope,
  predicates: readonly Predicate[],
  tags: readonly TagPredicate[],
): readonly Expression<SqlBool>[] {
  const scoped = listing.scopes[scope.kind];
  return [
    ...(scoped === undefined ? [] : [sql<boolean>`${scoped.expression} = ${scope.id}`]),
    ...predicates.map((one) => predicateSql(columnOf(listing, one.column.column), one)),
    ...tags.map((one) => listing.tag?.(one) ?? sql<boolean>`1 = 0`),
  ];
}
