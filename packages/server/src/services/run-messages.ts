import { type Json, type RecurringRun, type Run, rawJson, type Status } from "@kfp-ts/api";
import type { RecurringRunRecord, RunRecord, SourceRecord, TriggerRecord } from "../ports/store.ts";
import { dateOf, laterDateOf } from "./instants.ts";

/** A stored run as the API has it. */
export function runOf(record: RunRecord): Run {
  return {
    experimentId: record.experimentId,
    runId: record.runId,
    displayName: record.displayName,
    storageState: record.storageState,
    description: record.description,
    ...sourceFields(record),
    runtimeConfig: runtimeConfigOf(record),
    serviceAccount: record.serviceAccount,
    createdAt: dateOf(record.createdAt),
    scheduledAt: laterDateOf(record.scheduledAt),
    finishedAt: laterDateOf(record.finishedAt),
    state: record.state,
    error: record.error === "" ? undefined : (JSON.parse(record.error) as Status),
    recurringRunId: record.recurringRunId,
    stateHistory: record.stateHistory.map(({ updateTime, state }) => ({ updateTime: dateOf(updateTime), state })),
    pluginsInput: mapOf(record.pluginsInput),
  };
}

/** A stored recurring run as the API has it. Without a trigger it still has an empty one, as upstream. */
export function recurringRunOf(record: RecurringRunRecord): RecurringRun {
  return {
    recurringRunId: record.recurringRunId,
    displayName: record.displayName,
    description: record.description,
    ...sourceFields(record),
    runtimeConfig: runtimeConfigOf(record),
    serviceAccount: record.serviceAccount,
    maxConcurrency: record.maxConcurrency,
    trigger: triggerOf(record.trigger),
    mode: record.enabled ? "ENABLE" : "DISABLE",
    createdAt: dateOf(record.createdAt),
    updatedAt: dateOf(record.updatedAt),
    status: record.enabled ? "ENABLED" : "DISABLED",
    noCatchup: record.noCatchup,
    namespace: record.namespace,
    experimentId: record.experimentId,
    pluginsInput: mapOf(record.pluginsInput),
  };
}

function sourceFields({ pipelineId, pipelineVersionId, pipelineSpec }: SourceRecord) {
  if (pipelineId === "" && pipelineVersionId === "") return { pipelineSpec: rawJson(pipelineSpec) };
  return { pipelineVersionReference: { pipelineId, pipelineVersionId } };
}

function runtimeConfigOf(record: { readonly parameters: string; readonly pipelineRoot: string }) {
  const { parameters, pipelineRoot } = record;
  if (parameters === "" && pipelineRoot === "") return undefined;
  return { parameters: mapOf(parameters), pipelineRoot };
}

/** A map that is stored as JSON text. The encoder passes the text on. */
function mapOf<T extends Json>(text: string): Readonly<Record<string, T>> | undefined {
  return text === "" ? undefined : (rawJson(text) as Readonly<Record<string, T>>);
}

function triggerOf(trigger: TriggerRecord): NonNullable<RecurringRun["trigger"]> {
  if (trigger.kind === "none") return {};
  const startTime = laterDateOf(trigger.startTime);
  const endTime = laterDateOf(trigger.endTime);
  if (trigger.kind === "cron") return { cronSchedule: { startTime, endTime, cron: trigger.cron } };
  return { periodicSchedule: { startTime, endTime, intervalSecond: trigger.intervalSecond } };
}
