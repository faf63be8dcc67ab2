import { change, rows, type Work } from "../engine.ts";
import { fold } from "./fold.ts";
import type { Database } from "./schema.ts";

/** Where tags are kept. */
export type TagsOf = "pipeline_tags" | "pipeline_version_tags";

/** Tags by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** Stores the tags of something that has none yet. */
export function* insertTags(db: Database, table: TagsOf, ownerId: string, tags: Tags): Work<void> {
  const values = Object.entries(tags).map(([tag, value]) => ({
    owner_id: ownerId,
    tag,
    tag_key: fold(tag),
    value,
    value_key: fold(value),
  }));
  if (values.length > 0) yield* change(db.insertInto(table).values(values));
}

/** Stores these tags in place of those that are there. */
export function* replaceTags(db: Database, table: TagsOf, ownerId: string, tags: Tags): Work<void> {
  yield* change(db.deleteFrom(table).where("owner_id", "=", ownerId));
  yield* insertTags(db, table, ownerId, tags);
}

/** The tags of each of these, by their ids. */
export function* tagsOf(db: Database, table: TagsOf, ownerIds: readonly string[]): Work<ReadonlyMap<string, Tags>> {
  const found = new Map<string, Record<string, string>>(ownerIds.map((id) => [id, {}]));
  if (ownerIds.length === 0) return found;
  const tags = yield* rows(
    db
      .selectFrom(table)
      .select(["owner_id", "tag", "value"])
      .where("owner_id", "in", [...ownerIds])
      .orderBy("tag"),
  );
  for (const { owner_id, tag, value } of tags) {
    // Not by assignment: a tag may be called __proto__.
    Object.defineProperty(found.get(owner_id) ?? {}, tag, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return found;
}
