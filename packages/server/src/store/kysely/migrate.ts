import type { Compilable } from "kysely";
import type { Clock } from "../../ports/clock.ts";
import { change, rows, type Work } from "../engine.ts";
import { StoreOpenError } from "../open-error.ts";
import type { Dialect } from "./dialect.ts";
import { type Migration, migrations as released } from "./migrations.ts";
import type { Database } from "./schema.ts";

/** What migrating needs to know. */
export interface Migrating {
  readonly db: Database;
  readonly dialect: Dialect;
  readonly clock: Clock;
  /** How errors call the database. */
  readonly label: string;
  readonly migrations?: readonly Migration[];
}

/**
 * Brings the schema to the newest version, in the one transaction it runs in: a migration that fails leaves the
 * database as it was.
 *
 * @returns the names of the migrations that were made.
 * @throws StoreOpenError NEWER where the database has seen migrations that this program does not know.
 */
export function* migrate({ db, dialect, clock, label, migrations = released }: Migrating): Work<readonly string[]> {
  yield* change(schemaVersions(db, dialect));
  const seen = yield* rows(db.selectFrom("schema_versions").select("version"));
  const version = Math.max(0, ...seen.map((one) => one.version));
  if (version > migrations.length) {
    throw new StoreOpenError(
      "NEWER",
      `${label} was written by a newer version of kfp-ts (its schema is ${version}, this one knows ${migrations.length}). Use that version or a newer one, or another database.`,
    );
  }
  const missing = migrations.slice(version);
  for (const [index, { name, statements }] of missing.entries()) {
    for (const statement of statements(db, dialect)) yield* change(statement);
    const applied_at = Math.floor(clock.now() / 1000);
    yield* change(db.insertInto("schema_versions").values({ version: version + index + 1, name, applied_at }));
  }
  return missing.map(({ name }) => name);
}

function schemaVersions(db: Database, dialect: Dialect): Compilable {
  return db.schema
    .createTable("schema_versions")
    .ifNotExists()
    .addColumn("version", dialect.whole, (column) => column.notNull())
    .addColumn("name", dialect.text, (column) => column.notNull())
    .addColumn("applied_at", dialect.whole, (column) => column.notNull())
    .addPrimaryKeyConstraint("schema_versions_pk", ["version"]);
}
