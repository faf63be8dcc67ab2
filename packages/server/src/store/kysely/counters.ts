import type { StorageState, StoreCounts } from "../../ports/store.ts";
import { change, rows, type Work } from "../engine.ts";
import type { CountersTable, Database } from "./schema.ts";
import { template } from "./template.ts";

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
 * rows and for a million. Always in the order of the keys, so that two transactions cannot wait for each other.
 */
export function* adjustCounters(db: Database, resource: Counted, adjustments: readonly Adjustment[]): Work<void> {
  const changes = new Map<string, CountersTable>();
  for (const { scopes, storageState, by } of adjustments) {
    for (const scope of scopes.map(scopeKey)) {
      const key = `${storageState} ${scope}`;
      const total = (changes.get(key)?.total ?? 0) + by;
      changes.set(key, { resource, scope, storage_state: storageState, total });
    }
  }
  for (const [, adjusted] of [...changes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield* change(add(db, adjusted));
    if (adjusted.total < 0) yield* change(removeEmpty(db, adjusted));
  }
}

const add = template((db, counter: CountersTable) =>
  db
    .insertInto("counters")
    .values(counter)
    .onConflict((conflict) =>
      conflict
        .columns(["resource", "scope", "storage_state"])
        .doUpdateSet((eb) => ({ total: eb("counters.total", "+", eb.ref("excluded.total")) })),
    ),
);

/** What belongs to things that are gone would otherwise stay for ever. */
const removeEmpty = template((db, { resource, scope, storage_state }: CountersTable) =>
  db
    .deleteFrom("counters")
    .where("resource", "=", resource)
    .where("scope", "=", scope)
    .where("storage_state", "=", storage_state)
    .where("total", "=", 0),
);

/** How many there are in a scope, in any of the storage states. */
export function* countIn(
  db: Database,
  resource: Counted,
  scope: Scope,
  storageStates: ReadonlyArray<StorageState | "">,
): Work<number> {
  if (storageStates.length === 0) return 0;
  const found = yield* rows(totalsIn(db, { resource, scope: scopeKey(scope) }));
  return found.reduce((sum, row) => sum + (storageStates.some((one) => one === row.storage_state) ? row.total : 0), 0);
}

/** At most three rows: all storage states at once. */
const totalsIn = template((db, { resource, scope }: Pick<CountersTable, "resource" | "scope">) =>
  db
    .selectFrom("counters")
    .select(["storage_state", "total"])
    .where("resource", "=", resource)
    .where("scope", "=", scope),
);

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
