import type { StorageState, StoreCounts } from "../../ports/store.ts";
import { change, rows, type Work } from "../engine.ts";
import type { Database } from "./schema.ts";

/** What is counted. */
export type Counted = keyof StoreCounts;

/** What a list is restricted to: nothing, a namespace, an experiment or a pipeline. */
export interface Scope {
  readonly kind: "all" | "namespace" | "experiment" | "pipeline";
  readonly id: string;
}

/** Everything. */
export const everything: Scope = { kind: "all", id: "" };

const scopeKey = ({ kind, id }: Scope): string => (kind === "all" ? "" : `${kind}/${id}`);

/** How many more (or, negative, fewer) there are in each of the scopes. */
export interface Adjustment {
  readonly scopes: readonly Scope[];
  /** Empty for what has none. */
  readonly storageState: StorageState | "";
  readonly by: number;
}

/**
 * Counts in the transaction that changes what is counted, so that a total is exact and costs the same for a hundred
 * rows and for a million. One statement, in the order of its keys: two transactions cannot wait for each other.
 */
export function* adjustCounters(db: Database, resource: Counted, adjustments: readonly Adjustment[]): Work<void> {
  const totals = new Map<string, { scope: string; storage_state: string; total: number }>();
  for (const { scopes, storageState, by } of adjustments) {
    for (const scope of scopes.map(scopeKey)) {
      const key = `${storageState} ${scope}`;
      totals.set(key, { scope, storage_state: storageState, total: (totals.get(key)?.total ?? 0) + by });
    }
  }
  const changed = [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => ({ resource, ...value }));
  if (changed.length === 0) return;
  yield* change(
    db
      .insertInto("counters")
      .values(changed)
      .onConflict((conflict) =>
        conflict
          .columns(["resource", "scope", "storage_state"])
          .doUpdateSet((eb) => ({ total: eb("counters.total", "+", eb.ref("excluded.total")) })),
      ),
  );
  const fewer = changed.filter(({ total }) => total < 0).map(({ scope }) => scope);
  if (fewer.length === 0) return;
  yield* change(
    db.deleteFrom("counters").where("resource", "=", resource).where("scope", "in", fewer).where("total", "=", 0),
  );
}

/** How many there are in a scope, in any of the storage states. */
export function* countIn(
  db: Database,
  resource: Counted,
  scope: Scope,
  storageStates: ReadonlyArray<StorageState | "">,
): Work<number> {
  const found = yield* rows(
    db
      .selectFrom("counters")
      .select("total")
      .where("resource", "=", resource)
      .where("scope", "=", scopeKey(scope))
      .where("storage_state", "in", [...storageStates]),
  );
  return found.reduce((sum, { total }) => sum + total, 0);
}

/** How many there are of each. */
export function* countAll(db: Database): Work<StoreCounts> {
  const found = yield* rows(db.selectFrom("counters").select(["resource", "total"]).where("scope", "=", ""));
  const of = (resource: Counted): number =>
    found.filter((row) => row.resource === resource).reduce((sum, { total }) => sum + total, 0);
  return {
    experiments: of("experiments"),
    pipelines: of("pipelines"),
    pipelineVersions: of("pipelineVersions"),
    runs: of("runs"),
    recurringRuns: of("recurringRuns"),
  };
}
