import { type RecurringRun, recurringRun, recurringRunPage } from "@kfp-ts/api";
import { formatDuration } from "../command-line/duration.ts";
import { type Attribute, lines, type ResourceKind, text, time } from "./resource-kind.ts";

const status: Attribute<RecurringRun> = {
  ...text<RecurringRun>("Status", (item) => item.status),
  paint: (shown, item, style) => (item.status === "ENABLED" ? style.green(shown) : style.dim(shown)),
};

const schedule = text<RecurringRun>("Schedule", scheduleOf);

/** How recurring runs are shown. */
export const recurringRunKind: ResourceKind<RecurringRun> = {
  noun: "recurring run",
  listCommand: "recurring-runs list",
  message: recurringRun,
  page: recurringRunPage,
  listField: "recurringRuns",
  id: (item) => item.recurringRunId,
  displayName: (item) => item.displayName,
  columns: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.recurringRunId),
    status,
    schedule,
    time("Created", (item) => item.createdAt),
  ],
  facts: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.recurringRunId),
    status,
    schedule,
    time("Not before", (item) => triggerOf(item)?.startTime),
    time("Not after", (item) => triggerOf(item)?.endTime),
    text("Catches up", (item) => (item.noCatchup ? "no" : "yes")),
    text("Max concurrency", (item) => String(item.maxConcurrency)),
    text("Error", (item) => item.error?.message),
    text("Description", (item) => item.description),
    text("Namespace", (item) => item.namespace),
    text("Experiment ID", (item) => item.experimentId),
    text("Pipeline ID", (item) => item.pipelineVersionReference?.pipelineId),
    text("Version ID", (item) => versionOf(item)),
    text("Parameters", (item) => lines(item.runtimeConfig?.parameters)),
    text("Pipeline root", (item) => item.runtimeConfig?.pipelineRoot),
    text("Service account", (item) => item.serviceAccount),
    time("Created", (item) => item.createdAt),
    time("Updated", (item) => item.updatedAt),
  ],
};

function triggerOf({ trigger }: RecurringRun) {
  return trigger?.cronSchedule ?? trigger?.periodicSchedule;
}

function scheduleOf({ trigger }: RecurringRun): string {
  if (trigger?.cronSchedule !== undefined) return trigger.cronSchedule.cron ?? "";
  const seconds = trigger?.periodicSchedule?.intervalSecond;
  return seconds === undefined ? "" : `every ${formatDuration(seconds * 1000)}`;
}

function versionOf({ pipelineVersionReference, pipelineVersionId }: RecurringRun): string {
  const given = pipelineVersionReference?.pipelineVersionId ?? pipelineVersionId ?? "";
  return given === "" && pipelineVersionReference !== undefined ? "the latest at each time" : given;
}
