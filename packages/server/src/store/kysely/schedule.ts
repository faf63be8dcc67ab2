import { finalStates, type RuntimeState } from "@kfp-ts/api";
import { sql } from "kysely";
import type { ScheduleStore } from "../../ports/store.ts";
import { change, type Engine, first, rows } from "../engine.ts";
import { byRecurringRunId, recurringRunRecord } from "./recurring-runs.ts";
import type { Database } from "./schema.ts";

const FINAL: readonly RuntimeState[] = [...finalStates];

/** What is known in a database of when recurring runs make runs. */
export function scheduleStore(engine: Engine, db: Database): ScheduleStore {
  return {
    due: (now, limit) =>
      engine.read(function* () {
        const found = yield* rows(
          db
            .selectFrom("recurring_runs")
            .select("recurring_run_id")
            .where("enabled", "=", 1)
            .where("look_at", "<=", now)
            .orderBy("look_at")
            .orderBy("recurring_run_id")
            .limit(limit),
        );
        return found.map((row) => row.recurring_run_id);
      }),
    nextLook: () =>
      engine.read(function* () {
        const row = yield* first(
          db.selectFrom("recurring_runs").select("look_at").where("enabled", "=", 1).orderBy("look_at").limit(1),
        );
        return row?.look_at;
      }),
    get: (recurringRunId) =>
      engine.read(function* () {
        const row = yield* first(byRecurringRunId(db, recurringRunId));
        if (row === undefined) return undefined;
        const counted = yield* first(
          db
            .selectFrom("runs")
            .select(({ fn }) => fn.countAll<number | string>().as("total"))
            .where("recurring_run_id", "=", recurringRunId)
            // As it stands in the index, so that the index is used.
            .where(sql.ref("recurring_run_id"), "<>", sql.lit(""))
            .where("state", "not in", FINAL),
        );
        return {
          recurringRun: recurringRunRecord(row),
          lastTick: row.last_tick,
          lastIndex: row.last_index,
          unfinished: Number(counted?.total ?? 0),
        };
      }),
    noteTick: (recurringRunId, { tick, index, lookAt }) =>
      engine.write(function* () {
        const changed = yield* change(
          db
            .updateTable("recurring_runs")
            .set({ last_tick: tick, last_index: index, look_at: lookAt })
            .where("recurring_run_id", "=", recurringRunId)
            .where("last_index", "=", index - 1),
        );
        return changed > 0;
      }),
    lookAgain: (recurringRunId, lastIndex, at) =>
      engine.write(function* () {
        yield* change(
          db
            .updateTable("recurring_runs")
            .set({ look_at: at })
            .where("recurring_run_id", "=", recurringRunId)
            .where("last_index", "=", lastIndex),
        );
      }),
    lookAgainAtAll: () =>
      engine.write(function* () {
        yield* change(db.updateTable("recurring_runs").set({ look_at: 0 }).where("enabled", "=", 1));
      }),
  };
}
