import { type Compilable, type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { ListQuery, StorageState } from "../../ports/store.ts";
import { first, type Work } from "../engine.ts";
import { columnOf, type ListedTable, type Listing, type OnPage, type PagePosition } from "./listing.ts";
import type { Database, Schema } from "./schema.ts";

/** Of a long text, this much counts in sorting: it has to fit into a page token. */
const SORTED_CHARACTERS = 128;

/** The rows that a list is about. */
export interface Matching {
  readonly conditions: readonly Expression<SqlBool>[];
  /** The storage states they may be in; one empty text for any. */
  readonly states: ReadonlyArray<StorageState | "">;
}

/** In which order, from where on, and how many. */
export interface PageOrder extends Pick<ListQuery, "sort" | "after"> {
  readonly limit: number;
}

/**
 * The rows of a page.
 *
 * The indexes by namespace and by experiment go on with the storage state, so that such a list over both states is put
 * together from a page of each: half as many indexes to keep at each write. What is put together are ids alone, which
 * the indexes hold; the rows are then read for those that are on the page.
 */
export function pageQuery<Table extends ListedTable, Row>(
  db: Database,
  listing: Listing<Table, Row>,
  { conditions, states }: Matching,
  { sort, after, limit }: PageOrder,
): Compilable<Row & PagePosition> {
  const column = columnOf(listing, sort.column.column);
  const key = column.long
    ? sql<string>`substr(${column.expression}, 1, ${sql.lit(SORTED_CHARACTERS)})`
    : column.expression;
  const direction = sort.descending ? "desc" : "asc";
  const beyond = sql.raw(sort.descending ? "<" : ">");
  const position = after && sql<boolean>`(${key}, ${listing.id}) ${beyond} (${after.value}, ${after.id})`;
  const halves = states.map((state) =>
    matching(db, listing, position === undefined ? conditions : [...conditions, position], state)
      .select([key.as("sort_key"), listing.id.as("row_id")])
      .orderBy(sql`"sort_key"`, direction)
      .orderBy(sql`"row_id"`, direction)
      .limit(limit),
  );
  const [half] = halves;
  const page =
    halves.length === 1 && half !== undefined ? sql<PagePosition>`${half}` : merged(halves, direction, limit);
  // The compiler cannot follow a table that is a parameter: one of them stands for all.
  const onPage = db
    .selectFrom(page.as("page"))
    .innerJoin(listing.table as "runs", (join) => join.on(sql<boolean>`${listing.id} = "page"."row_id"`))
    .select(["page.sort_key", "page.row_id"])
    .orderBy("page.sort_key", direction)
    .orderBy("page.row_id", direction);
  return listing.select(onPage as unknown as OnPage<Table>);
}

function merged(
  halves: ReadonlyArray<Expression<PagePosition>>,
  direction: "asc" | "desc",
  limit: number,
): RawBuilder<PagePosition> {
  const all = sql.join(
    halves.map((one, index) => sql`select * from ${one} as ${sql.ref(`half_${index}`)}`),
    sql` union all `,
  );
  const order = sql.raw(`order by "sort_key" ${direction}, "row_id" ${direction}`);
  return sql<PagePosition>`(${all} ${order} limit ${limit})`;
}

/** How many rows there are on all pages, by counting them. */
export function* countRows<Table extends ListedTable, Row>(
  db: Database,
  listing: Listing<Table, Row>,
  { conditions, states }: Matching,
): Work<number> {
  let total = 0;
  for (const state of states) {
    const row = yield* first(
      matching(db, listing, conditions, state).select((eb) => eb.fn.countAll<number>().as("total")),
    );
    total += row?.total ?? 0;
  }
  return total;
}

function matching<Table extends ListedTable, Row>(
  db: Database,
  { table, storageState }: Listing<Table, Row>,
  conditions: readonly Expression<SqlBool>[],
  state: StorageState | "",
): SelectQueryBuilder<Schema, ListedTable, object> {
  let query: SelectQueryBuilder<Schema, ListedTable, object> = db.selectFrom<ListedTable>(table);
  for (const condition of conditions) query = query.where(condition);
  return storageState === undefined || state === "" ? query : query.where(sql<boolean>`${storageState} = ${state}`);
}
