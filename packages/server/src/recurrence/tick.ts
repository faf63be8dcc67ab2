import type { JsonObject } from "@kfp-ts/api";
import type { RecurringRunRecord, ScheduledRecurringRun, Store } from "../ports/store.ts";
import { recurringRunsRunId } from "../services/ids.ts";
import type { NewRuns } from "../services/new-runs.ts";
import type { RunExperiments } from "../services/run-experiments.ts";
import { parametersText, type ReceivedSource, type Sources } from "../services/sources.ts";
import { dueTick, tickAfter } from "./next-tick.ts";
import { recurringRunsRunName } from "./run-name.ts";

/** What making the runs of recurring runs works with. */
export interface TickOptions {
  readonly store: Pick<Store, "schedule" | "runs">;
  /** Finds pipelines without asking who wants to run them: that was asked when the recurring run was made. */
  readonly sources: Sources;
  readonly experiments: RunExperiments;
  readonly newRuns: NewRuns;
  readonly defaultServiceAccount: string;
}

/** Greater than every instant: that of recurring runs that are never due again, within what databases can keep. */
const NEVER = 2 ** 53 - 1;
/** How long one that has as many runs under way as it may have is left alone, in seconds: as on a cluster. */
const BUSY_SECONDS = 10;
/** Missed ticks are made up for one by one, and not faster than this many seconds. */
const CATCH_UP_SECONDS = 1;

/**
 * Looks at a recurring run: makes the run that is due, if one is, and notes when to look again.
 *
 * Any number of servers may do that at once, and any of them may die in between: which run is next is decided by the
 * number of the last one that was noted, and a run's id follows from its number, so that it can be stored only once.
 *
 * @returns the run that was made here.
 * @throws StatusError where the run cannot be made, such as for a pipeline that has been deleted.
 */
export async function look(options: TickOptions, recurringRunId: string, now: number): Promise<string | undefined> {
  const { schedule, runs } = options.store;
  const scheduled = await schedule.get(recurringRunId);
  if (scheduled === undefined || !scheduled.recurringRun.enabled) return undefined;
  const { recurringRun, lastIndex, unfinished } = scheduled;
  const last = lastIndex === 0 ? undefined : scheduled.lastTick;
  const tick = dueTick(recurringRun, last, now);
  if (tick === undefined || tick > now) {
    await schedule.lookAgain(recurringRunId, lastIndex, tick ?? NEVER);
    return undefined;
  }
  const displayName = recurringRunsRunName(recurringRun.name, lastIndex + 1);
  const runId = recurringRunsRunId(recurringRunId, displayName);
  // It has been made, but whoever made it has not come to noting it.
  const before = await runs.get(runId);
  if (before === undefined && unfinished >= recurringRun.maxConcurrency) {
    await schedule.lookAgain(recurringRunId, lastIndex, now + BUSY_SECONDS);
    return undefined;
  }
  const made = before === undefined && (await makeRun(options, scheduled, { runId, displayName, tick }));
  const noted = before?.scheduledAt ?? tick;
  const lookAt = Math.max(tickAfter(recurringRun, noted) ?? NEVER, now + CATCH_UP_SECONDS);
  await schedule.noteTick(recurringRunId, { tick: noted, index: lastIndex + 1, lookAt });
  return made ? runId : undefined;
}

/** @returns whether it was made here: somebody else may have been faster. */
async function makeRun(
  { sources, experiments, newRuns, defaultServiceAccount }: TickOptions,
  { recurringRun, lastIndex }: ScheduledRecurringRun,
  { runId, displayName, tick }: { readonly runId: string; readonly displayName: string; readonly tick: number },
): Promise<boolean> {
  const { experimentId, description, parameters, pipelineRoot, serviceAccount, pluginsInput } = recurringRun;
  const experiment = await experiments.existing(experimentId);
  const source = await sources.resolve(receivedSource(recurringRun), undefined);
  const given = parameters === "" ? undefined : (JSON.parse(parameters) as JsonObject);
  const made = await newRuns.make({
    source,
    runId,
    experimentId,
    namespace: experiment.namespace,
    displayName,
    description,
    serviceAccount: serviceAccount || defaultServiceAccount,
    // The latest version of a pipeline may take others than the one for which they were checked.
    parameters: parametersText(source, given),
    pipelineRoot,
    pluginsInput,
    recurringRunId: recurringRun.recurringRunId,
    scheduledAt: tick,
    index: lastIndex + 1,
  });
  return made !== undefined;
}

function receivedSource({ pipelineId, pipelineVersionId, pipelineSpec }: RecurringRunRecord): ReceivedSource {
  if (pipelineSpec !== "") return { pipelineSpec: JSON.parse(pipelineSpec) as JsonObject };
  return { pipelineVersionReference: { pipelineId, pipelineVersionId } };
}
