import { type Compilable, sql } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Database } from "./schema.ts";

/** Version 2 of the schema: where runs are executed, and why they failed. */
export function executedRuns(db: Database, dialect: Dialect): readonly Compilable[] {
  const added = (column: string): Compilable =>
    db.schema.alterTable("runs").addColumn(column, dialect.text, (one) => one.notNull().defaultTo(sql.lit("")));
  return [
    added("place"),
    added("launched_parameters"),
    added("error"),
    // Only runs that a server executes are in it: others cost nothing here.
    db.schema
      .createIndex("runs_by_place")
      .on("runs")
      .columns(["place", "state", "run_id"])
      .where(sql.ref("place"), "<>", sql.lit("")),
    db.schema
      .createTable("deleted_runs")
      .addColumn("run_id", dialect.text, (one) => one.notNull())
      .addColumn("place", dialect.text, (one) => one.notNull())
      .addPrimaryKeyConstraint("deleted_runs_pk", ["run_id"]),
  ];
}
