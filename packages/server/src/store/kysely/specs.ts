import { createHash } from "node:crypto";
import { change, first, type Work } from "../engine.ts";
import type { Database, SpecsTable } from "./schema.ts";
import { template } from "./template.ts";

/** The name under which a specification is stored: SHA-256 in hexadecimal. */
export function specDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const addRefs = template((db, spec: SpecsTable) =>
  db
    .insertInto("specs")
    .values(spec)
    .onConflict((conflict) =>
      conflict.column("digest").doUpdateSet((eb) => ({ refs: eb("specs.refs", "+", eb.ref("excluded.refs")) })),
    )
    .returning("refs"),
);

/** Notes `refs` more references to a specification, and stores its text if it is new. */
export function* holdSpec(db: Database, digest: string, text: string, refs = 1): Work<void> {
  const spec = yield* first(addRefs(db, { digest, refs }));
  if (spec?.refs === refs) yield* change(db.insertInto("spec_texts").values({ digest, text }));
}

/** Takes references back, one for each digest given; with the last one the text goes. */
export function* releaseSpecs(db: Database, digests: ReadonlyArray<string | null>): Work<void> {
  const counts = new Map<string, number>();
  for (const digest of digests) if (digest !== null) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  // In a fixed order, so that two transactions cannot wait for each other.
  for (const [digest, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const spec = yield* first(
      db
        .updateTable("specs")
        .set((eb) => ({ refs: eb("refs", "-", count) }))
        .where("digest", "=", digest)
        .returning("refs"),
    );
    if (spec !== undefined && spec.refs > 0) continue;
    yield* change(db.deleteFrom("specs").where("digest", "=", digest));
    yield* change(db.deleteFrom("spec_texts").where("digest", "=", digest));
  }
}
