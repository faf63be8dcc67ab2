import type { Compilable } from "kysely";
import type { Dialect } from "./dialect.ts";
import { executedRuns } from "./executed-runs.ts";
import { initialSchema } from "./initial-schema.ts";
import { recurringRunTicks } from "./recurring-run-ticks.ts";
import type { Database } from "./schema.ts";

/** A change of the schema. Once released it is never edited; what comes after is a further one. */
export interface Migration {
  readonly name: string;
  readonly statements: (db: Database, dialect: Dialect) => readonly Compilable[];
}

/** All changes of the schema, oldest first. The version of a schema is the number of those it has seen. */
export const migrations: readonly Migration[] = [
  { name: "initial schema", statements: initialSchema },
  { name: "executed runs", statements: executedRuns },
  { name: "recurring run ticks", statements: recurringRunTicks },
];
