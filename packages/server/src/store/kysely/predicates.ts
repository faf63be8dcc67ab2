import {
  type FilterOperation,
  type FilterValue,
  invalidArgument,
  type Predicate,
  type TagPredicate,
} from "@kfp-ts/api";
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import { fold } from "./fold.ts";
import type { Database } from "./schema.ts";
import type { TagsOf } from "./tags.ts";

/** How a column that can be listed by looks in SQL. */
export interface ListedColumn {
  readonly expression: RawBuilder<string | number>;
  /** Brings a text that it is compared with into the form of the column. Absent for instants. */
  readonly fold?: (value: string) => string;
  /** Whether the text can be so long that a page must not begin with the whole of it. */
  readonly long?: true;
}

/** A text with a folded column beside it. */
export const foldedText = (key: string): ListedColumn => ({ expression: sql.ref(key), fold });

/** As `foldedText`, of any length. */
export const longText = (key: string): ListedColumn => ({ expression: sql.ref(key), fold, long: true });

/** A text that is in lower case by nature: an id or a namespace. */
export const lowerText = (key: string): ListedColumn => ({
  expression: sql.ref(key),
  fold: (value) => value.toLowerCase(),
});

/** A text that is in capitals by nature: a state. */
export const upperText = (expression: RawBuilder<string>): ListedColumn => ({ expression, fold });

/** A text with no folded column: only the case of ASCII is disregarded, which is what both engines know of. */
export const asciiText = (expression: Expression<string>): ListedColumn => ({
  expression: sql`upper(${expression})`,
  fold: (value) => value.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
});

/** Whole seconds since 1970. */
export const instant = (key: string): ListedColumn => ({ expression: sql.ref(key) });

/**
 * Longer than any text that is looked for. At each character of a text, SQLite may compare the whole pattern before it
 * finds that it is none: a pattern of 20,000 held up everybody else for eight seconds.
 */
const MAX_PATTERN_BYTES = 1000;

const comparisons: Partial<Record<FilterOperation, RawBuilder<unknown>>> = {
  EQUALS: sql`=`,
  NOT_EQUALS: sql`<>`,
  GREATER_THAN: sql`>`,
  GREATER_THAN_EQUALS: sql`>=`,
  LESS_THAN: sql`<`,
  LESS_THAN_EQUALS: sql`<=`,
};

/** A predicate as a condition of SQL. */
export function predicateSql(column: ListedColumn, { operation, value }: Predicate): Expression<SqlBool> {
  const bring = (one: FilterValue): FilterValue => (typeof one === "string" ? (column.fold?.(one) ?? one) : one);
  const values = (Array.isArray(value) ? value : [value]).map(bring);
  const [first = ""] = values;
  if (operation === "IN") {
    return values.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`${column.expression} in (${sql.join(values)})`;
  }
  if (operation === "IS_SUBSTRING") {
    return sql<boolean>`${column.expression} like ${substringPattern(String(first))} escape '\\'`;
  }
  return sql<boolean>`${column.expression} ${comparisons[operation] ?? sql`=`} ${first}`;
}

/**
 * As upstream: `%` and `_` in the text are wildcards and a backslash takes that from them. A backslash at the very end
 * stands for itself; upstream would let it take the closing wildcard away.
 */
function substringPattern(text: string): string {
  const backslashes = /\\*$/.exec(text)?.[0].length ?? 0;
  const pattern = `%${text}${backslashes % 2 === 1 ? "\\" : ""}%`;
  if (Buffer.byteLength(text) > MAX_PATTERN_BYTES) {
    throw invalidArgument(`filter: IS_SUBSTRING takes a text of at most ${MAX_PATTERN_BYTES} bytes`);
  }
  return pattern;
}

/** A condition on a tag, compared without case as all texts are. */
export function tagSql(db: Database, table: TagsOf, owner: RawBuilder<string>) {
  return ({ tag, value }: TagPredicate): Expression<SqlBool> => {
    const tags = db
      .selectFrom(table)
      .select("owner_id")
      .where("tag_key", "=", fold(tag))
      .where("value_key", "=", fold(value));
    return sql<boolean>`${owner} in ${tags}`;
  };
}
