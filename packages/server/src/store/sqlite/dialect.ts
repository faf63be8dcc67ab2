import { SqliteAdapter, SqliteQueryCompiler, sql } from "kysely";
import type { Dialect } from "../kysely/dialect.ts";

/** SQLite compares texts by their bytes in UTF-8, which is the order of code points, unless told otherwise. */
export const sqliteDialect: Dialect = {
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  plugins: [],
  text: sql`text`,
  whole: sql`integer`,
  inPrimaryKey: sql`without rowid`,
};
