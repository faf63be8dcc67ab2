import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Listing } from "./listing.ts";
import { asciiText, instant, longText, lowerText, upperText } from "./predicates.ts";
import type { Database, RunsTable } from "./schema.ts";

/** A run with the text of its inline specification, where it has one. */
export type RunRow = Selectable<RunsTable> & { readonly inline_spec: string | null };

/** All runs. */
export function runs(db: Database) {
  return db
    .selectFrom("runs")
    .leftJoin("spec_texts", "spec_texts.digest", "runs.inline_digest")
    .selectAll("runs")
    .select("spec_texts.text as inline_spec");
}

/** What upstream's first API called the states; `status` still filters by these words. */
const conditions: RawBuilder<string> = sql`case "runs"."state"
  when 'PENDING' then 'PENDING' when 'PAUSED' then 'PENDING' when 'RUNNING' then 'RUNNING'
  when 'SUCCEEDED' then 'SUCCEEDED' when 'SKIPPED' then 'SKIPPED' when 'FAILED' then 'FAILED'
  when 'CANCELED' then 'FAILED' when 'CANCELING' then 'TERMINATING' else 'UNKNOWN' end`;

const storageState = sql.ref<string>("runs.storage_state");

/** How runs are listed. */
export const runListing: Listing<"runs", RunRow> = {
  table: "runs",
  counted: "runs",
  typeName: "Run",
  id: sql.ref("runs.run_id"),
  select: (page) =>
    page
      .leftJoin("spec_texts", "spec_texts.digest", "runs.inline_digest")
      .selectAll("runs")
      .select("spec_texts.text as inline_spec"),
  columns: {
    // Unlike other ids, this one may be a client's, in any case.
    runId: asciiText(sql.ref("runs.run_id")),
    displayName: longText("runs.display_name_key"),
    createdAt: instant("runs.created_at"),
    finishedAt: instant("runs.finished_at"),
    scheduledAt: instant("runs.scheduled_at"),
    description: longText("runs.description_key"),
    storageState: upperText(storageState),
    conditions: upperText(conditions),
    namespace: lowerText("runs.namespace"),
    experimentId: lowerText("runs.experiment_id"),
    state: upperText(sql.ref("runs.state")),
    stateHistory: { ...asciiText(sql.ref("runs.state_history")), long: true },
    // Upstream keeps what Argo reports here; nothing else ever comes into it.
    runtimeDetails: upperText(sql`cast('' as text)`),
    recurringRunId: lowerText("runs.recurring_run_id"),
  },
  scopes: {
    namespace: { column: "namespace", expression: sql.ref("runs.namespace") },
    experiment: { column: "experimentId", expression: sql.ref("runs.experiment_id") },
  },
  storageState,
};
