import {
  choice,
  choiceOf,
  flag,
  type InputOf,
  int32,
  int64,
  listOf,
  type MessageOf,
  message,
  nested,
  struct,
  structMap,
  text,
  timestamp,
} from "./field.ts";
import { pipelineVersionReference, runtimeConfig } from "./run.ts";
import { status } from "./status.ts";

/** Whether a recurring run is asked to make runs. */
export const recurringRunMode = choice("Mode", { MODE_UNSPECIFIED: 0, ENABLE: 1, DISABLE: 2 });
/** Whether a recurring run makes runs. */
export const recurringRunStatus = choice("RecurringRunStatus", { STATUS_UNSPECIFIED: 0, ENABLED: 1, DISABLED: 2 });
/** What happens to the runs of a recurring run that is deleted. */
export const propagationPolicy = choice("DeletePropagationPolicy", {
  DELETE_PROPAGATION_POLICY_UNSPECIFIED: 0,
  FOREGROUND: 1,
  BACKGROUND: 2,
  ORPHAN: 3,
});

/** Runs at the times of a cron expression. */
export const cronSchedule = message("CronSchedule", "Runs at the times of a cron expression.", {
  startTime: timestamp("Not before."),
  endTime: timestamp("Not after."),
  cron: text("Six fields, the first of which is seconds; or a descriptor such as @daily."),
});

/** Runs at equal distances. */
export const periodicSchedule = message("PeriodicSchedule", "Runs at equal distances.", {
  startTime: timestamp("Not before."),
  endTime: timestamp("Not after."),
  intervalSecond: int64("The distance, in seconds."),
});

/** When a recurring run makes a run. */
export const trigger = message("Trigger", "When a recurring run makes a run.", {
  cronSchedule: nested(cronSchedule)("By a cron expression.", { oneof: "trigger" }),
  periodicSchedule: nested(periodicSchedule)("At equal distances.", { oneof: "trigger" }),
});

/** Makes runs by itself, on a schedule. */
export const recurringRun = message("RecurringRun", "Makes runs by itself, on a schedule.", {
  recurringRunId: text("Unique; given by the server.", { presence: "always", inRequest: "ignored" }),
  displayName: text("The name that people see; need not be unique.", {
    presence: "always",
    inRequest: "required",
    maxLength: 255,
  }),
  description: text("What it is for."),
  pipelineVersionId: text("Deprecated: use pipelineVersionReference.", { oneof: "source" }),
  pipelineSpec: struct("The compiled pipeline itself.", { oneof: "source" }),
  pipelineVersionReference: nested(pipelineVersionReference)(
    "A version of a pipeline on the server; without a version, the latest one at each time.",
    { oneof: "source" },
  ),
  runtimeConfig: nested(runtimeConfig)("Parameters and pipeline root of its runs."),
  serviceAccount: text("The Kubernetes service account that its runs run as."),
  maxConcurrency: int64("How many of its runs may be under way at once, 1 to 10.", { presence: "always" }),
  trigger: nested(trigger)("When it makes a run."),
  mode: choiceOf(recurringRunMode)("ENABLE, or DISABLE, which is also what leaving it out means."),
  createdAt: timestamp("When it was created.", { presence: "always", inRequest: "ignored" }),
  updatedAt: timestamp("When it was last changed.", { presence: "always", inRequest: "ignored" }),
  status: choiceOf(recurringRunStatus)("ENABLED or DISABLED.", { inRequest: "ignored" }),
  error: nested(status)("Why it could not be read.", { inRequest: "ignored" }),
  noCatchup: flag("Whether times that were missed are left out."),
  namespace: text("The namespace of its experiment.", { maxLength: 63 }),
  experimentId: text("The experiment that its runs belong to.", { presence: "always" }),
  pluginsInput: structMap("Input for the server's plugins, by plugin."),
});

/** A page of recurring runs. Its list is spelled in camelCase on the wire, unlike everything else. */
export const recurringRunPage = message("ListRecurringRunsResponse", "A page of recurring runs.", {
  recurringRuns: listOf(recurringRun)("The recurring runs of this page.", {
    presence: "always",
    wire: "recurringRuns",
  }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** Makes runs by itself, on a schedule. */
export type RecurringRun = MessageOf<typeof recurringRun>;
/** What a new recurring run is made of. */
export type NewRecurringRun = InputOf<typeof recurringRun>;
