import { type Selectable, sql } from "kysely";
import type { RecurringRunRecord, RecurringRunStore, TriggerRecord } from "../../ports/store.ts";
import { change, type Engine, first, rows, type Work } from "../engine.ts";
import { adjustCounters } from "./counters.ts";
import { fold } from "./fold.ts";
import { listPage } from "./list.ts";
import type { Listing } from "./listing.ts";
import { instant, longText, lowerText } from "./predicates.ts";
import type { Database, RecurringRunsTable } from "./schema.ts";
import { restrictToParents } from "./scopes.ts";
import { inlineDigestOf, sourceScopes } from "./sources.ts";
import { holdSpec, releaseSpecs } from "./specs.ts";

type RecurringRunRow = Selectable<RecurringRunsTable> & { readonly inline_spec: string | null };

/** Recurring runs in a database. */
export function recurringRunStore(engine: Engine, db: Database): RecurringRunStore {
  return {
    insert: (record) => engine.write(() => insertRecurringRun(db, record)),
    get: (recurringRunId) =>
      engine.read(function* () {
        const row = yield* first(byRecurringRunId(db, recurringRunId));
        return row && recurringRunRecord(row);
      }),
    list: (query) =>
      engine.read(function* () {
        const { query: restricted, scope } = restrictToParents(query);
        const { rows: found, ...page } = yield* listPage(db, listing, restricted, scope);
        return { ...page, items: found.map(recurringRunRecord) };
      }),
    setEnabled: (recurringRunId, enabled, now) =>
      engine.write(function* () {
        const changed = yield* change(
          db
            .updateTable("recurring_runs")
            // What has become due while it was disabled is found when it is looked at, which is at once.
            .set({ enabled: Number(enabled), updated_at: now, look_at: 0 })
            .where("recurring_run_id", "=", recurringRunId),
        );
        return changed > 0;
      }),
    delete: (recurringRunId) => engine.write(() => deleteRecurringRun(db, recurringRunId)),
  };
}

/** The row of a recurring run. */
export function byRecurringRunId(db: Database, recurringRunId: string) {
  return db
    .selectFrom("recurring_runs")
    .leftJoin("spec_texts", "spec_texts.digest", "recurring_runs.inline_digest")
    .selectAll("recurring_runs")
    .select("spec_texts.text as inline_spec")
    .where("recurring_runs.recurring_run_id", "=", recurringRunId);
}

const listing: Listing<"recurring_runs", RecurringRunRow> = {
  table: "recurring_runs",
  counted: "recurringRuns",
  typeName: "Job",
  id: sql.ref("recurring_runs.recurring_run_id"),
  select: (page) =>
    page
      .leftJoin("spec_texts", "spec_texts.digest", "recurring_runs.inline_digest")
      .selectAll("recurring_runs")
      .select("spec_texts.text as inline_spec"),
  columns: {
    recurringRunId: lowerText("recurring_runs.recurring_run_id"),
    displayName: longText("recurring_runs.display_name_key"),
    createdAt: instant("recurring_runs.created_at"),
    updatedAt: instant("recurring_runs.updated_at"),
    description: longText("recurring_runs.description_key"),
    namespace: lowerText("recurring_runs.namespace"),
  },
  scopes: {
    namespace: { column: "namespace", expression: sql.ref("recurring_runs.namespace") },
    experiment: { column: "experimentId", expression: sql.ref("recurring_runs.experiment_id") },
  },
};

function* insertRecurringRun(db: Database, record: RecurringRunRecord): Work<void> {
  const inlineDigest = inlineDigestOf(record);
  yield* change(
    db.insertInto("recurring_runs").values({
      recurring_run_id: record.recurringRunId,
      experiment_id: record.experimentId,
      namespace: record.namespace,
      display_name: record.displayName,
      display_name_key: fold(record.displayName),
      name: record.name,
      description: record.description,
      description_key: fold(record.description),
      service_account: record.serviceAccount,
      parameters: record.parameters,
      pipeline_root: record.pipelineRoot,
      created_at: record.createdAt,
      updated_at: record.updatedAt,
      enabled: Number(record.enabled),
      max_concurrency: record.maxConcurrency,
      no_catchup: Number(record.noCatchup),
      plugins_input: record.pluginsInput,
      ...triggerColumns(record.trigger),
      last_tick: 0,
      last_index: 0,
      look_at: 0,
      pipeline_id: record.pipelineId,
      pipeline_version_id: record.pipelineVersionId,
      inline_digest: inlineDigest,
    }),
  );
  if (inlineDigest !== null) yield* holdSpec(db, inlineDigest, record.pipelineSpec);
  const scopes = sourceScopes({ namespace: record.namespace, experiment_id: record.experimentId });
  yield* adjustCounters(db, "recurringRuns", [{ scopes, storageState: "", by: 1 }]);
}

/** Disables all recurring runs of an experiment that are enabled. */
export function* disableRecurringRunsOf(db: Database, experimentId: string, now: number): Work<void> {
  yield* change(
    db
      .updateTable("recurring_runs")
      .set({ enabled: 0, updated_at: now })
      .where("experiment_id", "=", experimentId)
      .where("enabled", "=", 1),
  );
}

function* deleteRecurringRun(db: Database, recurringRunId: string): Work<boolean> {
  const [deleted] = yield* rows(
    db
      .deleteFrom("recurring_runs")
      .where("recurring_run_id", "=", recurringRunId)
      .returning(["namespace", "experiment_id", "inline_digest"]),
  );
  if (deleted === undefined) return false;
  yield* releaseSpecs(db, [deleted.inline_digest]);
  yield* adjustCounters(db, "recurringRuns", [{ scopes: sourceScopes(deleted), storageState: "", by: -1 }]);
  return true;
}

function triggerColumns(trigger: TriggerRecord) {
  return {
    trigger_kind: trigger.kind,
    cron: trigger.kind === "cron" ? trigger.cron : "",
    interval_second: trigger.kind === "periodic" ? trigger.intervalSecond : 0,
    start_time: trigger.kind === "none" ? 0 : trigger.startTime,
    end_time: trigger.kind === "none" ? 0 : trigger.endTime,
  };
}

function triggerRecord(row: RecurringRunRow): TriggerRecord {
  const { start_time: startTime, end_time: endTime } = row;
  if (row.trigger_kind === "cron") return { kind: "cron", cron: row.cron, startTime, endTime };
  if (row.trigger_kind === "periodic") {
    return { kind: "periodic", intervalSecond: row.interval_second, startTime, endTime };
  }
  return { kind: "none" };
}

/** A recurring run as the port has it. */
export function recurringRunRecord(row: RecurringRunRow): RecurringRunRecord {
  return {
    // Field by field: to spread one object into another costs ten times what reading the row does.
    pipelineId: row.pipeline_id,
    pipelineVersionId: row.pipeline_version_id,
    pipelineSpec: row.inline_spec ?? "",
    recurringRunId: row.recurring_run_id,
    experimentId: row.experiment_id,
    namespace: row.namespace,
    displayName: row.display_name,
    name: row.name,
    description: row.description,
    serviceAccount: row.service_account,
    parameters: row.parameters,
    pipelineRoot: row.pipeline_root,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    enabled: row.enabled === 1,
    maxConcurrency: row.max_concurrency,
    noCatchup: row.no_catchup === 1,
    trigger: triggerRecord(row),
    pluginsInput: row.plugins_input,
  };
}
