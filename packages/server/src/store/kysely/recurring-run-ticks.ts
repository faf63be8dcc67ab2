import { type Compilable, sql } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Database } from "./schema.ts";

/** Version 3 of the schema: which runs recurring runs have made, and when they are to be looked at again. */
export function recurringRunTicks(db: Database, dialect: Dialect): readonly Compilable[] {
  const added = (column: string): Compilable =>
    db.schema
      .alterTable("recurring_runs")
      .addColumn(column, dialect.whole, (one) => one.notNull().defaultTo(sql.lit(0)));
  return [
    added("last_tick"),
    added("last_index"),
    added("look_at"),
    db.schema
      .createIndex("recurring_runs_by_look")
      .on("recurring_runs")
      .columns(["enabled", "look_at", "recurring_run_id"]),
    // Only what recurring runs have made is in it: other runs cost nothing here.
    db.schema
      .createIndex("runs_by_recurring_run")
      .on("runs")
      .columns(["recurring_run_id", "state"])
      .where(sql.ref("recurring_run_id"), "<>", sql.lit("")),
  ];
}
