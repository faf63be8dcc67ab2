import { sql } from "kysely";
import type { PipelineDeletion, PipelineRecord, PipelineStore, PipelineVersionRecord } from "../../ports/store.ts";
import { change, type Engine, first, rows, type Work } from "../engine.ts";
import { adjustCounters, everything, type Scope } from "./counters.ts";
import { fold } from "./fold.ts";
import { listPage } from "./list.ts";
import type { Listing } from "./listing.ts";
import { deleteVersionsOf, insertVersion } from "./pipeline-versions.ts";
import { foldedText, instant, longText, lowerText, tagSql } from "./predicates.ts";
import type { Database, PipelinesTable } from "./schema.ts";
import { insertTags, replaceTags, type Tags, tagsOf } from "./tags.ts";

/** Pipelines in a database. */
export function pipelineStore(engine: Engine, db: Database): PipelineStore {
  const listing = pipelineListing(db);
  return {
    insert: (record, version) => engine.write(() => insertPipeline(db, record, version)),
    get: (pipelineId) => engine.read(() => getPipeline(db, pipelineId)),
    getByName: (namespace, name) =>
      engine.read(function* () {
        const row = yield* first(
          db.selectFrom("pipelines").selectAll().where("namespace", "=", namespace).where("name_key", "=", fold(name)),
        );
        return row && (yield* withTags(db, [row]))[0];
      }),
    list: (query) =>
      engine.read(function* () {
        const scope: Scope | undefined =
          query.namespace === undefined ? undefined : { kind: "namespace", id: query.namespace };
        const { rows: found, ...page } = yield* listPage(db, listing, query, scope);
        return { ...page, items: yield* withTags(db, found) };
      }),
    update: (pipelineId, { displayName, tags }) =>
      engine.write(function* () {
        if (displayName !== undefined) {
          yield* change(
            db
              .updateTable("pipelines")
              .set({ display_name: displayName, display_name_key: fold(displayName) })
              .where("pipeline_id", "=", pipelineId),
          );
        }
        const pipeline = yield* getPipeline(db, pipelineId);
        if (pipeline === undefined || tags === undefined) return pipeline;
        yield* replaceTags(db, "pipeline_tags", pipelineId, tags);
        return yield* getPipeline(db, pipelineId);
      }),
    delete: (pipelineId, options) => engine.write(() => deletePipeline(db, pipelineId, options.cascade)),
  };
}

function pipelineListing(db: Database): Listing<"pipelines", PipelinesTable> {
  const id = sql.ref<string>("pipelines.pipeline_id");
  return {
    counted: "pipelines",
    typeName: "Pipeline",
    table: "pipelines",
    select: (page) => page.selectAll("pipelines"),
    id,
    columns: {
      pipelineId: lowerText("pipelines.pipeline_id"),
      name: foldedText("pipelines.name_key"),
      displayName: foldedText("pipelines.display_name_key"),
      createdAt: instant("pipelines.created_at"),
      description: longText("pipelines.description_key"),
      namespace: lowerText("pipelines.namespace"),
    },
    scopes: { namespace: { column: "namespace", expression: sql.ref("pipelines.namespace") } },
    tag: tagSql(db, "pipeline_tags", id),
  };
}

const scopesOf = (namespace: string): readonly Scope[] => [everything, { kind: "namespace", id: namespace }];

function* insertPipeline(db: Database, record: PipelineRecord, version?: PipelineVersionRecord): Work<boolean> {
  const stored = yield* change(
    db
      .insertInto("pipelines")
      .values({
        pipeline_id: record.pipelineId,
        name: record.name,
        name_key: fold(record.name),
        display_name: record.displayName,
        display_name_key: fold(record.displayName),
        description: record.description,
        description_key: fold(record.description),
        namespace: record.namespace,
        created_at: record.createdAt,
      })
      .onConflict((conflict) => conflict.doNothing()),
  );
  if (stored === 0) return false;
  yield* insertTags(db, "pipeline_tags", record.pipelineId, record.tags);
  yield* adjustCounters(db, "pipelines", [{ scopes: scopesOf(record.namespace), storageState: "", by: 1 }]);
  if (version === undefined) return true;
  if ((yield* insertVersion(db, version)) !== "stored") {
    throw new Error(`the first version of pipeline ${record.pipelineId} is not one of its own, or takes another's id`);
  }
  return true;
}

function* getPipeline(db: Database, pipelineId: string): Work<PipelineRecord | undefined> {
  const row = yield* first(db.selectFrom("pipelines").selectAll().where("pipeline_id", "=", pipelineId));
  return row && (yield* withTags(db, [row]))[0];
}

function* deletePipeline(db: Database, pipelineId: string, cascade: boolean): Work<PipelineDeletion> {
  if (cascade) {
    yield* deleteVersionsOf(db, pipelineId);
  } else {
    const version = yield* first(
      db
        .selectFrom("pipeline_versions")
        .select("pipeline_version_id")
        .where("pipeline_id", "=", pipelineId)
        .orderBy("created_at", "desc")
        .orderBy("pipeline_version_id", "desc")
        .limit(1),
    );
    if (version !== undefined) return { outcome: "has versions", pipelineVersionId: version.pipeline_version_id };
  }
  const [deleted] = yield* rows(
    db.deleteFrom("pipelines").where("pipeline_id", "=", pipelineId).returning("namespace"),
  );
  if (deleted === undefined) return { outcome: "absent" };
  yield* adjustCounters(db, "pipelines", [{ scopes: scopesOf(deleted.namespace), storageState: "", by: -1 }]);
  return { outcome: "deleted" };
}

function* withTags(db: Database, found: readonly PipelinesTable[]): Work<readonly PipelineRecord[]> {
  const tags = yield* tagsOf(
    db,
    "pipeline_tags",
    found.map((row) => row.pipeline_id),
  );
  return found.map((row) => pipelineRecord(row, tags.get(row.pipeline_id) ?? {}));
}

function pipelineRecord(row: PipelinesTable, tags: Tags): PipelineRecord {
  return {
    pipelineId: row.pipeline_id,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    namespace: row.namespace,
    createdAt: row.created_at,
    tags,
  };
}
