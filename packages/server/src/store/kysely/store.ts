import { sql } from "kysely";
import type { Store } from "../../ports/store.ts";
import { type Engine, rows } from "../engine.ts";
import { countAll } from "./counters.ts";
import { experimentStore } from "./experiments.ts";
import { pipelineVersionStore } from "./pipeline-versions.ts";
import { pipelineStore } from "./pipelines.ts";
import { recurringRunStore } from "./recurring-runs.ts";
import { runStore } from "./runs.ts";
import { scheduleStore } from "./schedule.ts";
import type { Database } from "./schema.ts";
import { secret } from "./secrets.ts";

/** The store, over an engine that does its work and a database that writes queries in the engine's dialect. */
export function kyselyStore(engine: Engine, db: Database): Store {
  return {
    experiments: experimentStore(engine, db),
    pipelines: pipelineStore(engine, db),
    pipelineVersions: pipelineVersionStore(engine, db),
    runs: runStore(engine, db),
    recurringRuns: recurringRunStore(engine, db),
    schedule: scheduleStore(engine, db),
    secret: (name) => secret(engine, db, name),
    counts: () => engine.read(() => countAll(db)),
    ping: () =>
      engine.read(function* () {
        yield* rows({ compile: () => sql`select 1`.compile(db) });
      }),
    close: () => engine.close(),
  };
}
