import type { JsonObject } from "@kfp-ts/api";
import { type Clock, secondsOf } from "../ports/clock.ts";
import type { RunLauncher } from "../ports/run-launcher.ts";
import type { RunRecord, StorageState, Store } from "../ports/store.ts";
import { expandMacros } from "./macros/expand-macros.ts";
import type { Source } from "./sources.ts";
import { newWorkflowName } from "./workflow-names.ts";

/** A run that is to be made, all of it checked. */
export interface NewRun
  extends Pick<
    RunRecord,
    | "runId"
    | "experimentId"
    | "namespace"
    | "displayName"
    | "description"
    | "serviceAccount"
    | "parameters"
    | "pipelineRoot"
    | "recurringRunId"
    | "pluginsInput"
  > {
  /** What it runs. */
  readonly source: Source;
  /** When it was due, in seconds; 0 for a run that nobody scheduled. */
  readonly scheduledAt: number;
  /** Its number among the runs of its recurring run; undefined where the server does not know it. */
  readonly index?: number | undefined;
  /** @default "AVAILABLE" */
  readonly storageState?: StorageState | undefined;
}

/** Makes runs: for clients, and for recurring runs. */
export interface NewRuns {
  /**
   * Stores a run and tells the launcher of it.
   *
   * @returns undefined where the id is taken.
   */
  make(run: NewRun): Promise<RunRecord | undefined>;
}

/** Makes runs in a store. */
export function storedNewRuns(options: {
  readonly store: Pick<Store, "runs">;
  readonly clock: Clock;
  readonly launcher?: RunLauncher | undefined;
}): NewRuns {
  const { store, clock, launcher } = options;

  /** What it is executed with: its parameters, in which macros stand for what they mean. */
  function launchedParameters({ parameters, runId, scheduledAt, index }: NewRun, currentTime: number): string {
    if (launcher === undefined || parameters === "") return "";
    const scheduledTime = scheduledAt > 0 ? scheduledAt : undefined;
    const values = { runId, currentTime, scheduledTime, index };
    const expanded = JSON.stringify(expandMacros(JSON.parse(parameters) as JsonObject, values));
    return expanded === parameters ? "" : expanded;
  }

  return {
    async make(run) {
      const { source, scheduledAt, index: _, storageState = "AVAILABLE", ...asked } = run;
      const now = secondsOf(clock);
      const record: RunRecord = {
        ...source.record,
        ...asked,
        name: newWorkflowName(source.specName),
        storageState,
        createdAt: now,
        scheduledAt: scheduledAt || now,
        finishedAt: 0,
        state: "PENDING",
        stateHistory: [{ updateTime: now, state: "PENDING" }],
        place: launcher?.place ?? "",
        launchedParameters: launchedParameters(run, now),
        error: "",
      };
      if (!(await store.runs.insert(record, source.launchedSpec))) return undefined;
      launcher?.changed(record.runId);
      return record;
    },
  };
}
