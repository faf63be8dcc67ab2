import type { TagPredicate } from "@kfp-ts/api";
import type { Expression, RawBuilder, SelectQueryBuilder, SqlBool } from "kysely";
import type { Counted, Scope } from "./counters.ts";
import type { ListedColumn } from "./predicates.ts";
import type { Schema } from "./schema.ts";

/** A table whose rows can be listed. */
export type ListedTable = "experiments" | "pipelines" | "pipeline_versions" | "runs" | "recurring_runs";

/** Where a row stands in a list: what it is sorted by, and its id. */
export interface PagePosition {
  readonly sort_key: string | number;
  readonly row_id: string;
}

/** A page of positions, to which the rows are joined. */
export type OnPage<Table extends ListedTable> = SelectQueryBuilder<
  Schema & { page: PagePosition },
  Table | "page",
  PagePosition
>;

/** How the rows of a table are listed: how its columns look in SQL. */
export interface Listing<Table extends ListedTable, Row> {
  readonly table: Table;
  readonly counted: Counted;
  /** What upstream calls it in errors. */
  readonly typeName: string;
  readonly id: RawBuilder<string>;
  /** Adds to a page what is wanted of its rows. */
  readonly select: (
    page: OnPage<Table>,
  ) => SelectQueryBuilder<Schema & { page: PagePosition }, Table | "page", Row & PagePosition>;
  /** By the names of `Listable`. */
  readonly columns: Readonly<Record<string, ListedColumn>>;
  /** The columns that a list can be restricted to a value of, and by which there are counters. */
  readonly scopes: Readonly<Partial<Record<Scope["kind"], ScopeColumn>>>;
  readonly storageState?: RawBuilder<string>;
  readonly tag?: (predicate: TagPredicate) => Expression<SqlBool>;
}

/** A column that a list can be restricted by: its name in `Listable`, and its SQL. */
export interface ScopeColumn {
  readonly column: string;
  readonly expression: RawBuilder<string>;
}

/** The column of that name. */
export function columnOf({ table, columns }: Pick<Listing<ListedTable, unknown>, "table" | "columns">, name: string) {
  const column = columns[name];
  if (column === undefined) throw new Error(`lists of ${table} have no column ${name}`);
  return column;
}
