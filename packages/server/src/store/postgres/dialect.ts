import { PostgresAdapter, PostgresQueryCompiler, sql, WithSchemaPlugin } from "kysely";
import type { Dialect } from "../kysely/dialect.ts";

/** Our tables live in a schema of their own, because a database may be shared with other programs. */
export const postgresSchema = "kfp_ts";

/** The collation "C" compares by code points, whatever the locale of the database is. */
export const postgresDialect: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  plugins: [new WithSchemaPlugin(postgresSchema)],
  text: sql`text collate "C"`,
  whole: sql`bigint`,
};
