import { sql } from "kysely";
import { first, rows, type Work } from "../engine.ts";
import { type Migrating, migrate } from "../kysely/migrate.ts";
import { postgresSchema } from "./dialect.ts";

/** "kfp-ts" as a number: who migrates holds this lock, so that two servers that start at once do not both. */
const MIGRATION_LOCK = 0x6b66_7074_73;

/** Makes our schema where there is none and migrates it, one server after the other. */
export function* migratePostgres(migrating: Migrating): Work<readonly string[]> {
  const { db } = migrating;
  yield* rows({ compile: () => sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.compile(db) });
  // Asked first: who may not create schemas gets an error even where it is there.
  const present = yield* first({
    compile: () => sql`select 1 from pg_catalog.pg_namespace where nspname = ${postgresSchema}`.compile(db),
  });
  if (present === undefined) yield* rows(db.schema.createSchema(postgresSchema));
  return yield* migrate(migrating);
}
