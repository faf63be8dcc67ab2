import type { RuntimeState } from "@kfp-ts/api";
import { sql } from "kysely";
import type { PlaceWork, RunChange, RunRecord, RunStore, StateChange, StorageState } from "../../ports/store.ts";
import { change, type Engine, first, rows, type Work } from "../engine.ts";
import { type Adjustment, adjustCounters } from "./counters.ts";
import { fold } from "./fold.ts";
import { listPage } from "./list.ts";
import { type RunRow, runListing, runs } from "./run-listing.ts";
import type { Database, RunsTable } from "./schema.ts";
import { restrictToParents } from "./scopes.ts";
import { inlineDigestOf, sourceScopes } from "./sources.ts";
import { holdSpec, releaseSpecs, specDigest } from "./specs.ts";
import { template } from "./template.ts";

/** The states in which a place has something to do about a run. */
const UNFINISHED: readonly RuntimeState[] = ["PENDING", "RUNNING", "CANCELING"];

/** Runs in a database. */
export function runStore(engine: Engine, db: Database): RunStore {
  return {
    insert: (record, launchedSpec) => engine.write(() => insertRun(db, record, launchedSpec)),
    get: (runId) =>
      engine.read(function* () {
        const row = yield* first(byId(db, { runId }));
        return row && runRecord(row);
      }),
    launchedSpec: (runId) =>
      engine.read(function* () {
        const row = yield* first(
          db
            .selectFrom("runs")
            .innerJoin("spec_texts", "spec_texts.digest", "runs.launched_digest")
            .select("spec_texts.text")
            .where("runs.run_id", "=", runId),
        );
        return row?.text;
      }),
    list: (query) =>
      engine.read(function* () {
        const { query: restricted, scope } = restrictToParents(query);
        const { rows: found, ...page } = yield* listPage(db, runListing, restricted, scope);
        return { ...page, items: found.map(runRecord) };
      }),
    setStorageState: (runId, state) => engine.write(() => setRunStorageState(db, runId, state)),
    setState: (runId, from, state, at, changed) =>
      engine.write(() => setRunState(db, runId, from, { state, at, ...changed })),
    delete: (runId) => engine.write(() => deleteRun(db, runId)),
    workOf: (place) => engine.read(() => workOf(db, place)),
    forget: (runId) =>
      engine.write(function* () {
        yield* change(db.deleteFrom("deleted_runs").where("run_id", "=", runId));
      }),
  };
}

const insertRow = template((db, row: RunsTable) =>
  db
    .insertInto("runs")
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

const noteRun = template((db, run: { readonly experimentId: string; readonly createdAt: number }) =>
  db
    .updateTable("experiments")
    .set({ last_run_created_at: run.createdAt })
    .where("experiment_id", "=", run.experimentId)
    .where("last_run_created_at", "<", run.createdAt),
);

const byId = template((db, { runId }: { readonly runId: string }) => runs(db).where("runs.run_id", "=", runId));

const leftOf = template((db, { runId }: { readonly runId: string }) =>
  db.selectFrom("deleted_runs").select("run_id").where("run_id", "=", runId),
);

function* insertRun(db: Database, record: RunRecord, launchedSpec: string): Work<boolean> {
  const inlineDigest = inlineDigestOf(record);
  const launchedDigest =
    inlineDigest !== null && record.pipelineSpec === launchedSpec ? inlineDigest : specDigest(launchedSpec);
  if (record.place !== "" && (yield* first(leftOf(db, record))) !== undefined) return false;
  const stored = yield* change(insertRow(db, runRow(record, inlineDigest, launchedDigest)));
  if (stored === 0) return false;
  yield* change(noteRun(db, record));
  if (launchedDigest === inlineDigest) {
    yield* holdSpec(db, launchedDigest, launchedSpec, 2);
  } else {
    yield* holdSpec(db, launchedDigest, launchedSpec);
    if (inlineDigest !== null) yield* holdSpec(db, inlineDigest, record.pipelineSpec);
  }
  const scopes = sourceScopes({ namespace: record.namespace, experiment_id: record.experimentId });
  yield* adjustCounters(db, "runs", [{ scopes, storageState: record.storageState, by: 1 }]);
  return true;
}

function* setRunStorageState(db: Database, runId: string, storageState: StorageState): Work<boolean> {
  const [changed] = yield* rows(
    db
      .updateTable("runs")
      .set({ storage_state: storageState })
      .where("run_id", "=", runId)
      .where("storage_state", "<>", storageState)
      .returning(["namespace", "experiment_id"]),
  );
  if (changed === undefined) {
    return (yield* first(db.selectFrom("runs").select("run_id").where("run_id", "=", runId))) !== undefined;
  }
  const scopes = sourceScopes(changed);
  yield* adjustCounters(db, "runs", [
    { scopes, storageState: storageState === "ARCHIVED" ? "AVAILABLE" : "ARCHIVED", by: -1 },
    { scopes, storageState, by: 1 },
  ]);
  return true;
}

/** Brings all runs of an experiment into the archive. */
export function* archiveRunsOf(db: Database, experimentId: string): Work<void> {
  // What the update itself says it moved is counted: what was counted before could have changed until then.
  const archived = yield* rows(
    db
      .updateTable("runs")
      .set({ storage_state: "ARCHIVED" })
      .where("experiment_id", "=", experimentId)
      .where("storage_state", "=", "AVAILABLE")
      .returning("namespace"),
  );
  const byNamespace = new Map<string, number>();
  for (const { namespace } of archived) byNamespace.set(namespace, (byNamespace.get(namespace) ?? 0) + 1);
  const adjustments = [...byNamespace].flatMap(([namespace, count]): Adjustment[] => {
    const scopes = sourceScopes({ namespace, experiment_id: experimentId });
    return [
      { scopes, storageState: "AVAILABLE", by: -count },
      { scopes, storageState: "ARCHIVED", by: count },
    ];
  });
  yield* adjustCounters(db, "runs", adjustments);
}

function* setRunState(
  db: Database,
  runId: string,
  from: readonly RuntimeState[],
  { state, at, finishedAt, error }: RunChange & { readonly state: RuntimeState; readonly at: number | undefined },
): Work<boolean> {
  if (from.length === 0) return false;
  const [changed] = yield* rows(
    db
      .updateTable("runs")
      .set({
        state,
        ...(finishedAt !== undefined && { finished_at: finishedAt }),
        ...(error !== undefined && { error }),
      })
      .where("run_id", "=", runId)
      .where("state", "in", [...from])
      .returning("state_history"),
  );
  if (changed === undefined) return false;
  if (at === undefined) return true;
  const history: StateChange[] = [...stateHistory(changed.state_history), { updateTime: at, state }];
  const state_history = JSON.stringify(history);
  yield* change(db.updateTable("runs").set({ state_history }).where("run_id", "=", runId));
  return true;
}

function* deleteRun(db: Database, runId: string): Work<boolean> {
  const [deleted] = yield* rows(
    db
      .deleteFrom("runs")
      .where("run_id", "=", runId)
      .returning(["namespace", "experiment_id", "storage_state", "inline_digest", "launched_digest", "place"]),
  );
  if (deleted === undefined) return false;
  if (deleted.place !== "") {
    yield* change(db.insertInto("deleted_runs").values({ run_id: runId, place: deleted.place }));
  }
  yield* releaseSpecs(db, [deleted.inline_digest, deleted.launched_digest]);
  const storageState = deleted.storage_state as StorageState;
  yield* adjustCounters(db, "runs", [{ scopes: sourceScopes(deleted), storageState, by: -1 }]);
  return true;
}

function* workOf(db: Database, place: string): Work<PlaceWork> {
  const unfinished = yield* rows(
    db
      .selectFrom("runs")
      .select(["run_id", "state"])
      .where("place", "=", place)
      // The words of the index: it is of no use to a query that does not say them.
      .where(sql.ref("place"), "<>", sql.lit(""))
      .where("state", "in", [...UNFINISHED])
      .orderBy("run_id"),
  );
  const deleted = yield* rows(db.selectFrom("deleted_runs").select("run_id").where("place", "=", place));
  return {
    unfinished: unfinished.map(({ run_id, state }) => ({ runId: run_id, state: state as RuntimeState })),
    deleted: deleted.map(({ run_id }) => run_id),
  };
}

function stateHistory(text: string): readonly StateChange[] {
  return JSON.parse(text) as readonly StateChange[];
}

function runRow(record: RunRecord, inlineDigest: string | null, launchedDigest: string): RunsTable {
  return {
    run_id: record.runId,
    experiment_id: record.experimentId,
    namespace: record.namespace,
    display_name: record.displayName,
    display_name_key: fold(record.displayName),
    name: record.name,
    description: record.description,
    description_key: fold(record.description),
    storage_state: record.storageState,
    service_account: record.serviceAccount,
    parameters: record.parameters,
    pipeline_root: record.pipelineRoot,
    created_at: record.createdAt,
    scheduled_at: record.scheduledAt,
    finished_at: record.finishedAt,
    state: record.state,
    state_history: JSON.stringify(record.stateHistory),
    recurring_run_id: record.recurringRunId,
    plugins_input: record.pluginsInput,
    pipeline_id: record.pipelineId,
    pipeline_version_id: record.pipelineVersionId,
    inline_digest: inlineDigest,
    launched_digest: launchedDigest,
    place: record.place,
    launched_parameters: record.launchedParameters,
    error: record.error,
  };
}

function runRecord(row: RunRow): RunRecord {
  return {
    // Field by field: to spread one object into another costs ten times what reading the row does.
    pipelineId: row.pipeline_id,
    pipelineVersionId: row.pipeline_version_id,
    pipelineSpec: row.inline_spec ?? "",
    runId: row.run_id,
    experimentId: row.experiment_id,
    namespace: row.namespace,
    displayName: row.display_name,
    name: row.name,
    description: row.description,
    storageState: row.storage_state as StorageState,
    serviceAccount: row.service_account,
    parameters: row.parameters,
    pipelineRoot: row.pipeline_root,
    createdAt: row.created_at,
    scheduledAt: row.scheduled_at,
    finishedAt: row.finished_at,
    state: row.state as RuntimeState,
    stateHistory: stateHistory(row.state_history),
    recurringRunId: row.recurring_run_id,
    pluginsInput: row.plugins_input,
    place: row.place,
    launchedParameters: row.launched_parameters,
    error: row.error,
  };
}
