import { finalStates, type Run, run, runPage } from "@kfp-ts/api";
import { formatDuration } from "../command-line/duration.ts";
import { paintState } from "../output/style.ts";
import { type Attribute, lines, type ResourceKind, text, time } from "./resource-kind.ts";

const state: Attribute<Run> = {
  ...text<Run>("State", (item) => item.state ?? "UNKNOWN"),
  paint: (_, item, style) => paintState(style, item.state),
};

const duration: Attribute<Run> = { label: "Duration", text: (item, { now }) => durationOf(item, now) };

/** How runs are shown. */
export const runKind: ResourceKind<Run> = {
  noun: "run",
  listCommand: "runs list",
  message: run,
  page: runPage,
  listField: "runs",
  id: (item) => item.runId,
  displayName: (item) => item.displayName,
  columns: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.runId),
    state,
    { ...text("Storage", (item) => (item.storageState === "ARCHIVED" ? "ARCHIVED" : "")), onlyIfAny: true },
    time("Created", (item) => item.createdAt),
    duration,
  ],
  facts: [
    text("Name", (item) => item.displayName),
    text("ID", (item) => item.runId),
    state,
    text("Error", (item) => item.error?.message),
    text("Description", (item) => item.description),
    text("Experiment ID", (item) => item.experimentId),
    text("Pipeline ID", (item) => item.pipelineVersionReference?.pipelineId),
    text("Version ID", (item) => item.pipelineVersionReference?.pipelineVersionId ?? item.pipelineVersionId),
    text("Recurring run ID", (item) => item.recurringRunId),
    text("Parameters", (item) => lines(item.runtimeConfig?.parameters)),
    text("Pipeline root", (item) => item.runtimeConfig?.pipelineRoot),
    text("Service account", (item) => item.serviceAccount),
    text("Storage", (item) => item.storageState),
    time("Created", (item) => item.createdAt),
    time("Scheduled", (item) => item.scheduledAt),
    time("Finished", (item) => item.finishedAt),
    duration,
  ],
};

/** How long a run took, or has been under way. Empty while nobody can tell. */
function durationOf(item: Run, now: number): string {
  const ended = item.state !== undefined && finalStates.has(item.state);
  const end = item.finishedAt?.getTime() ?? (ended ? undefined : now);
  return end === undefined
    ? ""
    : formatDuration(Math.max(0, Math.floor((end - item.createdAt.getTime()) / 1000) * 1000));
}
