import { invalidArgument, type Predicate, type TagPredicate } from "@kfp-ts/api";
import { type Compilable, type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { Cursor, ListQuery, StorageState } from "../../ports/store.ts";
import { first, rows, type Work } from "../engine.ts";
import { type Counted, countIn, everything, type Scope } from "./counters.ts";
import { type ListedColumn, predicateSql } from "./predicates.ts";
import type { Database, Schema } from "./schema.ts";

/** A kind of thing that can be listed, and how its columns look in SQL. */
export interface Listing<Tables extends keyof Schema, Row> {
  readonly counted: Counted;
  /** What upstream calls it in errors. */
  readonly typeName: string;
  readonly from: SelectQueryBuilder<Schema, Tables, object>;
  readonly select: (from: SelectQueryBuilder<Schema, Tables, object>) => SelectQueryBuilder<Schema, Tables, Row>;
  readonly id: RawBuilder<string>;
  /** By the names of `Listable`. */
  readonly columns: Readonly<Record<string, ListedColumn>>;
  /** The columns that a list can be restricted to a value of, and by which there are counters. */
  readonly scopes: Readonly<Partial<Record<Scope["kind"], { column: string; expression: RawBuilder<string> }>>>;
  readonly storageState?: RawBuilder<string>;
  readonly tag?: (predicate: TagPredicate) => Expression<SqlBool>;
}

/** A page of rows. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly totalSize: number;
  readonly next?: Cursor | undefined;
}

interface PagePosition {
  readonly sort_key: string | number;
  readonly row_id: string;
}

/** Two queries with all of these fit into what SQLite allows a statement to have. */
const MAX_FILTER_VALUES = 10_000;
/** Of a long text, this much counts in sorting: it has to fit into a page token. */
const SORTED_CHARACTERS = 128;
const storageStates: readonly StorageState[] = ["AVAILABLE", "ARCHIVED"];

/**
 * A page of a list. It begins where the last one ended, by value, so that rows which come or go between two pages
 * shift nothing, and any page costs what the first costs.
 *
 * @throws StatusError INVALID_ARGUMENT where upstream could not say where the next page begins.
 */
export function* listPage<Tables extends keyof Schema, Row>(
  db: Database,
  listing: Listing<Tables, Row>,
  query: ListQuery,
  restriction: Scope = everything,
): Work<RowPage<Row>> {
  const { scope, states, predicates } = restrict(listing, query, restriction);
  const tags = query.filter.tags;
  const conditions = conditionsOf(listing, scope, predicates, tags);
  const found = states.length === 0 ? [] : yield* rows(pageQuery(db, listing, query, conditions, states));
  const more = found.length > query.pageSize;
  if (more && query.sort.column.onePageOnly !== undefined) {
    throw invalidArgument(`cannot sort by field "${query.sort.column.onePageOnly}" on type "${listing.typeName}"`);
  }
  const kept = more ? found.slice(0, query.pageSize) : found;
  const last = kept.at(-1);
  const counted = predicates.length === 0 && tags.length === 0;
  const totalSize = counted
    ? yield* countIn(db, listing.counted, scope, states)
    : yield* countRows(listing, conditions, states);
  return {
    rows: kept,
    totalSize,
    next: more && last !== undefined ? { value: last.sort_key, id: last.row_id } : undefined,
  };
}

/** What a filter restricts, sorted by what indexes and counters exist for. */
interface Restriction {
  readonly scope: Scope;
  /** The storage states that the filter admits; one empty text for what has none. */
  readonly states: ReadonlyArray<StorageState | "">;
  /** The other predicates. */
  readonly predicates: readonly Predicate[];
}

function restrict<Tables extends keyof Schema, Row>(
  listing: Listing<Tables, Row>,
  { filter }: ListQuery,
  restriction: Scope,
): Restriction {
  const values = filter.predicates.reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 1), 0);
  if (values > MAX_FILTER_VALUES) throw invalidArgument(`filter: more than ${MAX_FILTER_VALUES} values`);
  const ofState = (one: Predicate): boolean =>
    listing.storageState !== undefined && one.column.column === "storageState" && one.operation in stateOperations;
  const states = storageStates.filter((state) => filter.predicates.filter(ofState).every((one) => admits(one, state)));
  const rest = filter.predicates.filter((one) => !ofState(one));
  const scoping = restriction.kind === "all" ? rest.findIndex((one) => scopeOf(listing, one) !== undefined) : -1;
  const chosen = rest[scoping];
  return {
    scope: (chosen === undefined ? undefined : scopeOf(listing, chosen)) ?? restriction,
    states: listing.storageState === undefined ? [""] : states,
    predicates: rest.filter((_, index) => index !== scoping),
  };
}

const stateOperations = { EQUALS: true, NOT_EQUALS: true, IN: true };

function admits({ operation, value }: Predicate, state: StorageState): boolean {
  const values = (Array.isArray(value) ? value : [value]).map((one) => String(one).toUpperCase());
  return values.includes(state) !== (operation === "NOT_EQUALS");
}

/** The scope that a predicate amounts to, where there are counters by its column. */
function scopeOf<Tables extends keyof Schema, Row>(
  listing: Listing<Tables, Row>,
  { operation, column, value }: Predicate,
): Scope | undefined {
  if (operation !== "EQUALS" || typeof value !== "string") return undefined;
  const kinds = Object.keys(listing.scopes) as Scope["kind"][];
  const kind = kinds.find((one) => listing.scopes[one]?.column === column.column);
  return kind === undefined ? undefined : { kind, id: listing.columns[column.column]?.fold?.(value) ?? value };
}

function columnOf<Tables extends keyof Schema, Row>(listing: Listing<Tables, Row>, name: string): ListedColumn {
  const column = listing.columns[name];
  if (column === undefined) throw new Error(`a list of ${listing.counted} has no column ${name}`);
  return column;
}

function conditionsOf<Tables extends keyof Schema, Row>(
  listing: Listing<Tables, Row>,
  scope: Scope,
  predicates: readonly Predicate[],
  tags: readonly TagPredicate[],
): readonly Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  const scoped = listing.scopes[scope.kind];
  if (scoped !== undefined) conditions.push(sql<boolean>`${scoped.expression} = ${scope.id}`);
  for (const one of predicates) conditions.push(predicateSql(columnOf(listing, one.column.column), one));
  for (const one of tags) conditions.push(listing.tag?.(one) ?? sql<boolean>`1 = 0`);
  return conditions;
}

function matching<Tables extends keyof Schema, Row>(
  listing: Listing<Tables, Row>,
  conditions: readonly Expression<SqlBool>[],
  state: StorageState | "",
): SelectQueryBuilder<Schema, Tables, object> {
  let query = listing.from;
  for (const condition of conditions) query = query.where(condition);
  const { storageState } = listing;
  return storageState === undefined ? query : query.where(sql<boolean>`${storageState} = ${state}`);
}

/**
 * The rows of a page, and one more that tells whether there is a next one. Every index by time begins with the storage
 * state, so a list over both states is put together from both: half as many indexes to keep on each write.
 */
function pageQuery<Tables extends keyof Schema, Row>(
  db: Database,
  listing: Listing<Tables, Row>,
  { sort, after, pageSize }: ListQuery,
  conditions: readonly Expression<SqlBool>[],
  states: ReadonlyArray<StorageState | "">,
): Compilable<Row & PagePosition> {
  const column = columnOf(listing, sort.column.column);
  const key = column.long
    ? sql<string>`substr(${column.expression}, 1, ${sql.lit(SORTED_CHARACTERS)})`
    : column.expression;
  const direction = sort.descending ? "desc" : "asc";
  const position =
    after &&
    sql<boolean>`(${key}, ${listing.id}) ${sql.raw(sort.descending ? "<" : ">")} (${after.value}, ${after.id})`;
  const halves = states.map((state) => {
    const query = matching(listing, conditions, state);
    return listing
      .select(position === undefined ? query : query.where(position))
      .select([key.as("sort_key"), listing.id.as("row_id")])
      .orderBy(sql`"sort_key"`, direction)
      .orderBy(sql`"row_id"`, direction)
      .limit(pageSize + 1);
  });
  const [half] = halves;
  if (halves.length === 1 && half !== undefined) return half as Compilable<Row & PagePosition>;
  const both = sql.join(
    halves.map((one, index) => sql`select * from ${one} as ${sql.ref(`half_${index}`)}`),
    sql` union all `,
  );
  const order = sql.raw(`order by "sort_key" ${direction}, "row_id" ${direction}`);
  return { compile: () => sql<Row & PagePosition>`${both} ${order} limit ${pageSize + 1}`.compile(db) };
}

function* countRows<Tables extends keyof Schema, Row>(
  listing: Listing<Tables, Row>,
  conditions: readonly Expression<SqlBool>[],
  states: ReadonlyArray<StorageState | "">,
): Work<number> {
  let total = 0;
  for (const state of states) {
    const query = matching(listing, conditions, state).select(sql<number>`count(*)`.as("total"));
    const row = yield* first(query as Compilable<{ total: number }>);
    total += row?.total ?? 0;
  }
  return total;
}
