import { sql } from "kysely";
import type { ExperimentRecord, ExperimentStore, StorageState } from "../../ports/store.ts";
import { change, type Engine, first, rows, type Work } from "../engine.ts";
import { adjustCounters, everything, type Scope } from "./counters.ts";
import { fold } from "./fold.ts";
import { listPage } from "./list.ts";
import type { Listing } from "./listing.ts";
import { foldedText, instant, longText, lowerText, upperText } from "./predicates.ts";
import { disableRecurringRunsOf } from "./recurring-runs.ts";
import { archiveRunsOf } from "./runs.ts";
import type { Database, ExperimentsTable } from "./schema.ts";
import { template } from "./template.ts";

/** Experiments in a database. */
export function experimentStore(engine: Engine, db: Database): ExperimentStore {
  return {
    insert: (record) => engine.write(() => insertExperiment(db, record)),
    get: (experimentId) => engine.read(() => getExperiment(db, experimentId)),
    list: (query) =>
      engine.read(function* () {
        const scope: Scope | undefined =
          query.namespace === undefined ? undefined : { kind: "namespace", id: query.namespace };
        const { rows: found, ...page } = yield* listPage(db, listing, query, scope);
        return { ...page, items: found.map(experimentRecord) };
      }),
    archive: (experimentId, now) =>
      engine.write(function* () {
        if (!(yield* setExperimentState(db, experimentId, "ARCHIVED"))) return false;
        yield* archiveRunsOf(db, experimentId);
        yield* disableRecurringRunsOf(db, experimentId, now);
        return true;
      }),
    unarchive: (experimentId) => engine.write(() => setExperimentState(db, experimentId, "AVAILABLE")),
    delete: (experimentId) => engine.write(() => deleteExperiment(db, experimentId)),
    default: (make) => engine.write(() => defaultExperiment(db, make)),
    defaultId: () =>
      engine.read(function* () {
        const row = yield* first(db.selectFrom("default_experiment").select("experiment_id"));
        return row?.experiment_id;
      }),
  };
}

const storageState = sql.ref<string>("experiments.storage_state");

const listing: Listing<"experiments", ExperimentsTable> = {
  table: "experiments",
  counted: "experiments",
  typeName: "Experiment",
  id: sql.ref("experiments.experiment_id"),
  select: (page) => page.selectAll("experiments"),
  columns: {
    experimentId: lowerText("experiments.experiment_id"),
    displayName: foldedText("experiments.display_name_key"),
    createdAt: instant("experiments.created_at"),
    lastRunCreatedAt: instant("experiments.last_run_created_at"),
    description: longText("experiments.description_key"),
    namespace: lowerText("experiments.namespace"),
    storageState: upperText(storageState),
  },
  scopes: { namespace: { column: "namespace", expression: sql.ref("experiments.namespace") } },
  storageState,
};

const scopesOf = (namespace: string): readonly Scope[] => [everything, { kind: "namespace", id: namespace }];

const insert = template((db, row: ExperimentsTable) =>
  db
    .insertInto("experiments")
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

function* insertExperiment(db: Database, record: ExperimentRecord): Work<boolean> {
  const row = {
    experiment_id: record.experimentId,
    display_name: record.displayName,
    display_name_key: fold(record.displayName),
    description: record.description,
    description_key: fold(record.description),
    namespace: record.namespace,
    created_at: record.createdAt,
    last_run_created_at: record.lastRunCreatedAt,
    storage_state: record.storageState,
  };
  if ((yield* change(insert(db, row))) === 0) return false;
  const { namespace, storageState } = record;
  yield* adjustCounters(db, "experiments", [{ scopes: scopesOf(namespace), storageState, by: 1 }]);
  return true;
}

const byId = template((db, { experimentId }: { readonly experimentId: string }) =>
  db.selectFrom("experiments").selectAll().where("experiment_id", "=", experimentId),
);

function* getExperiment(db: Database, experimentId: string): Work<ExperimentRecord | undefined> {
  const row = yield* first(byId(db, { experimentId }));
  return row && experimentRecord(row);
}

function* setExperimentState(db: Database, experimentId: string, storageState: StorageState): Work<boolean> {
  const [changed] = yield* rows(
    db
      .updateTable("experiments")
      .set({ storage_state: storageState })
      .where("experiment_id", "=", experimentId)
      .where("storage_state", "<>", storageState)
      .returning("namespace"),
  );
  if (changed === undefined) return (yield* getExperiment(db, experimentId)) !== undefined;
  const scopes = scopesOf(changed.namespace);
  yield* adjustCounters(db, "experiments", [
    { scopes, storageState: storageState === "ARCHIVED" ? "AVAILABLE" : "ARCHIVED", by: -1 },
    { scopes, storageState, by: 1 },
  ]);
  return true;
}

function* deleteExperiment(db: Database, experimentId: string): Work<boolean> {
  yield* change(db.deleteFrom("default_experiment").where("experiment_id", "=", experimentId));
  const [deleted] = yield* rows(
    db.deleteFrom("experiments").where("experiment_id", "=", experimentId).returning(["namespace", "storage_state"]),
  );
  if (deleted === undefined) return false;
  const storageState = deleted.storage_state as StorageState;
  yield* adjustCounters(db, "experiments", [{ scopes: scopesOf(deleted.namespace), storageState, by: -1 }]);
  return true;
}

function* defaultExperiment(db: Database, make: () => ExperimentRecord): Work<ExperimentRecord> {
  const chosen = db
    .selectFrom("default_experiment")
    .innerJoin("experiments", "experiments.experiment_id", "default_experiment.experiment_id")
    .selectAll("experiments");
  const before = yield* first(chosen);
  if (before !== undefined) return experimentRecord(before);
  const made = make();
  yield* insertExperiment(db, made);
  const sameName = db
    .selectFrom("experiments")
    .select((eb) => [eb.lit(1).as("one"), "experiment_id"])
    .where("namespace", "=", made.namespace)
    .where("display_name_key", "=", fold(made.displayName));
  const named = yield* first(sameName);
  if (named === undefined) throw new Error(`the default experiment ${made.experimentId} takes the id of another one`);
  // Where two callers come at once, the first one's choice stays.
  yield* change(
    db
      .insertInto("default_experiment")
      .values({ one: 1, experiment_id: named.experiment_id })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const after = yield* first(chosen);
  if (after === undefined) throw new Error("the default experiment vanished while it was made");
  return experimentRecord(after);
}

function experimentRecord(row: ExperimentsTable): ExperimentRecord {
  return {
    experimentId: row.experiment_id,
    displayName: row.display_name,
    description: row.description,
    namespace: row.namespace,
    createdAt: row.created_at,
    lastRunCreatedAt: row.last_run_created_at,
    storageState: row.storage_state as StorageState,
  };
}
