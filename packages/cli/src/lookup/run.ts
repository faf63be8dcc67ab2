import type { RecurringRun, Run } from "@kfp-ts/api";
import { type Client, filter } from "@kfp-ts/sdk";
import { recurringRunKind } from "../resources/recurring-run.ts";
import { runKind } from "../resources/run.ts";
import { find } from "./find.ts";

/** Finds a run by its id or its name. */
export function findRun(kfp: Client, given: string): Promise<Run> {
  return find(runKind, given, {
    byId: (id) => kfp.runs.get(id),
    byName(name) {
      const named = filter("runs").where("displayName").equals(name);
      return kfp.runs.list({ filter: named, sortBy: "createdAt desc" });
    },
  });
}

/** Finds a recurring run by its id or its name. */
export function findRecurringRun(kfp: Client, given: string): Promise<RecurringRun> {
  return find(recurringRunKind, given, {
    byId: (id) => kfp.recurringRuns.get(id),
    byName(name) {
      const named = filter("recurringRuns").where("displayName").equals(name);
      return kfp.recurringRuns.list({ filter: named, sortBy: "createdAt desc" });
    },
  });
}
