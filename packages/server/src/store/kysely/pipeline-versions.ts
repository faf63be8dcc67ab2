import { sql } from "kysely";
import type { PipelineVersionRecord, PipelineVersionStore } from "../../ports/store.ts";
import { change, type Engine, first, rows, type Work } from "../engine.ts";
import { adjustCounters, everything, type Scope } from "./counters.ts";
import { fold } from "./fold.ts";
import { listPage } from "./list.ts";
import type { Listing } from "./listing.ts";
import { asciiText, foldedText, instant, longText, lowerText, tagSql, upperText } from "./predicates.ts";
import type { Database, PipelineVersionsTable } from "./schema.ts";
import { holdSpec, releaseSpecs, specDigest } from "./specs.ts";
import { insertTags, replaceTags, type Tags, tagsOf } from "./tags.ts";

type VersionRow = PipelineVersionsTable & { readonly pipeline_spec: string };

/** Pipeline versions in a database. */
export function pipelineVersionStore(engine: Engine, db: Database): PipelineVersionStore {
  const listing = versionListing(db);
  return {
    insert: (record) => engine.write(() => insertVersion(db, record)),
    get: (pipelineVersionId) => engine.read(() => getVersion(db, pipelineVersionId)),
    latest: (pipelineId) =>
      engine.read(function* () {
        const row = yield* first(
          versions(db)
            .where("pipeline_versions.pipeline_id", "=", pipelineId)
            .orderBy("pipeline_versions.created_at", "desc")
            .orderBy("pipeline_versions.pipeline_version_id", "desc")
            .limit(1),
        );
        return row && (yield* withTags(db, [row]))[0];
      }),
    list: (query) =>
      engine.read(function* () {
        const scope: Scope = { kind: "pipeline", id: query.pipelineId };
        const { rows: found, ...page } = yield* listPage(db, listing, query, scope);
        return { ...page, items: yield* withTags(db, found) };
      }),
    update: (pipelineVersionId, { displayName, tags }) =>
      engine.write(function* () {
        if (displayName !== undefined) {
          yield* change(
            db
              .updateTable("pipeline_versions")
              .set({ display_name: displayName, display_name_key: fold(displayName) })
              .where("pipeline_version_id", "=", pipelineVersionId),
          );
        }
        const version = yield* getVersion(db, pipelineVersionId);
        if (version === undefined || tags === undefined) return version;
        yield* replaceTags(db, "pipeline_version_tags", pipelineVersionId, tags);
        return yield* getVersion(db, pipelineVersionId);
      }),
    delete: (pipelineVersionId) => engine.write(() => deleteVersion(db, pipelineVersionId)),
  };
}

function versions(db: Database) {
  return db
    .selectFrom("pipeline_versions")
    .innerJoin("spec_texts", "spec_texts.digest", "pipeline_versions.spec_digest")
    .selectAll("pipeline_versions")
    .select("spec_texts.text as pipeline_spec");
}

function versionListing(db: Database): Listing<"pipeline_versions", VersionRow> {
  const id = sql.ref<string>("pipeline_versions.pipeline_version_id");
  const spec = db
    .selectFrom("spec_texts")
    .select("text")
    .where("digest", "=", sql.ref<string>("pipeline_versions.spec_digest"));
  return {
    counted: "pipelineVersions",
    typeName: "PipelineVersion",
    table: "pipeline_versions",
    select: (page) =>
      page
        .innerJoin("spec_texts", "spec_texts.digest", "pipeline_versions.spec_digest")
        .selectAll("pipeline_versions")
        .select("spec_texts.text as pipeline_spec"),
    id,
    columns: {
      pipelineVersionId: lowerText("pipeline_versions.pipeline_version_id"),
      name: foldedText("pipeline_versions.name_key"),
      displayName: foldedText("pipeline_versions.display_name_key"),
      createdAt: instant("pipeline_versions.created_at"),
      // Upstream's states of a version are about its upload, and what can be listed has been uploaded.
      status: upperText(sql`cast('READY' as text)`),
      description: longText("pipeline_versions.description_key"),
      pipelineSpec: { ...asciiText(sql`${spec}`), long: true },
    },
    scopes: { pipeline: { column: "pipelineId", expression: sql.ref("pipeline_versions.pipeline_id") } },
    tag: tagSql(db, "pipeline_version_tags", id),
  };
}

const scopesOf = (pipelineId: string): readonly Scope[] => [everything, { kind: "pipeline", id: pipelineId }];

/** Stores a version. */
export function* insertVersion(
  db: Database,
  record: PipelineVersionRecord,
): Work<"stored" | "name taken" | "no pipeline"> {
  const pipeline = db.selectFrom("pipelines").select("pipeline_id").where("pipeline_id", "=", record.pipelineId);
  if ((yield* first(pipeline)) === undefined) return "no pipeline";
  const digest = specDigest(record.pipelineSpec);
  const stored = yield* change(
    db
      .insertInto("pipeline_versions")
      .values({
        pipeline_version_id: record.pipelineVersionId,
        pipeline_id: record.pipelineId,
        name: record.name,
        name_key: fold(record.name),
        display_name: record.displayName,
        display_name_key: fold(record.displayName),
        description: record.description,
        description_key: fold(record.description),
        created_at: record.createdAt,
        package_url: record.packageUrl,
        code_source_url: record.codeSourceUrl,
        spec_digest: digest,
      })
      .onConflict((conflict) => conflict.doNothing()),
  );
  if (stored === 0) return "name taken";
  yield* holdSpec(db, digest, record.pipelineSpec);
  yield* insertTags(db, "pipeline_version_tags", record.pipelineVersionId, record.tags);
  yield* adjustCounters(db, "pipelineVersions", [{ scopes: scopesOf(record.pipelineId), storageState: "", by: 1 }]);
  return "stored";
}

/** Deletes all versions of a pipeline. */
export function* deleteVersionsOf(db: Database, pipelineId: string): Work<void> {
  const deleted = yield* rows(
    db.deleteFrom("pipeline_versions").where("pipeline_id", "=", pipelineId).returning("spec_digest"),
  );
  if (deleted.length === 0) return;
  yield* releaseSpecs(
    db,
    deleted.map((row) => row.spec_digest),
  );
  yield* adjustCounters(db, "pipelineVersions", [
    { scopes: scopesOf(pipelineId), storageState: "", by: -deleted.length },
  ]);
}

function* getVersion(db: Database, pipelineVersionId: string): Work<PipelineVersionRecord | undefined> {
  const row = yield* first(versions(db).where("pipeline_versions.pipeline_version_id", "=", pipelineVersionId));
  return row && (yield* withTags(db, [row]))[0];
}

function* deleteVersion(db: Database, pipelineVersionId: string): Work<boolean> {
  const [deleted] = yield* rows(
    db
      .deleteFrom("pipeline_versions")
      .where("pipeline_version_id", "=", pipelineVersionId)
      .returning(["pipeline_id", "spec_digest"]),
  );
  if (deleted === undefined) return false;
  yield* releaseSpecs(db, [deleted.spec_digest]);
  yield* adjustCounters(db, "pipelineVersions", [{ scopes: scopesOf(deleted.pipeline_id), storageState: "", by: -1 }]);
  return true;
}

function* withTags(db: Database, found: readonly VersionRow[]): Work<readonly PipelineVersionRecord[]> {
  const tags = yield* tagsOf(
    db,
    "pipeline_version_tags",
    found.map((row) => row.pipeline_version_id),
  );
  return found.map((row) => versionRecord(row, tags.get(row.pipeline_version_id) ?? {}));
}

function versionRecord(row: VersionRow, tags: Tags): PipelineVersionRecord {
  return {
    pipelineVersionId: row.pipeline_version_id,
    pipelineId: row.pipeline_id,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    createdAt: row.created_at,
    packageUrl: row.package_url,
    codeSourceUrl: row.code_source_url,
    pipelineSpec: row.pipeline_spec,
    tags,
  };
}
