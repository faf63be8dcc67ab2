import { storageState } from "./experiment.ts";
import {
  choice,
  choiceOf,
  type InputOf,
  int32,
  int64,
  int64List,
  jsonMap,
  laterTimestamp,
  listOf,
  type MessageOf,
  mapOf,
  message,
  nested,
  struct,
  structMap,
  text,
  timestamp,
} from "./field.ts";
import { status } from "./status.ts";

/** The states of a run and of a task. */
export const runtimeState = choice("RuntimeState", {
  RUNTIME_STATE_UNSPECIFIED: 0,
  PENDING: 1,
  RUNNING: 2,
  SUCCEEDED: 3,
  SKIPPED: 4,
  FAILED: 5,
  CANCELING: 6,
  CANCELED: 7,
  PAUSED: 8,
});

/** When a run or a task came into a state. */
export const runtimeStatus = message("RuntimeStatus", "When a run or a task came into a state.", {
  updateTime: timestamp("When."),
  state: choiceOf(runtimeState)("The state."),
  error: nested(status)("Why, when something went wrong."),
});

/** Which pipeline, and which version of it. */
export const pipelineVersionReference = message("PipelineVersionReference", "Which version of which pipeline.", {
  pipelineId: text("The pipeline."),
  pipelineVersionId: text("The version; the latest one when left out."),
});

/** What a run is given to work with. */
export const runtimeConfig = message("RuntimeConfig", "What a run is given to work with.", {
  parameters: jsonMap("The parameters of the pipeline, by name."),
  pipelineRoot: text("Where its artifacts go."),
});

/** Artifacts by number, as ML Metadata counts them. */
export const artifactList = message("ArtifactList", "Artifacts by number.", {
  artifactIds: int64List("The numbers."),
});

/** What stands behind a task. */
export const executorDetail = message("PipelineTaskExecutorDetail", "The jobs behind a task.", {
  mainJob: text("The job that ran it."),
  preCachingCheckJob: text("The job that looked for a cached result."),
});

/** A task that belongs to another. */
export const childTask = message("ChildTask", "A task that belongs to another.", {
  taskId: text("The task.", { oneof: "child" }),
  podName: text("The pod, where there is no task of its own.", { oneof: "child" }),
});

/** One task of a run. */
export const taskDetail = message("PipelineTaskDetail", "One task of a run.", {
  runId: text("The run."),
  taskId: text("Unique; given by the server."),
  displayName: text("The name that people see."),
  createTime: timestamp("When it was created."),
  startTime: timestamp("When it started."),
  endTime: laterTimestamp("When it ended."),
  executorDetail: nested(executorDetail)("The jobs behind it."),
  state: choiceOf(runtimeState)("Its state."),
  executionId: int64("Its number in ML Metadata."),
  error: nested(status)("Why it failed."),
  inputs: mapOf(artifactList)("Artifacts that it read, by input."),
  outputs: mapOf(artifactList)("Artifacts that it made, by output."),
  parentTaskId: text("The task that it belongs to."),
  stateHistory: listOf(runtimeStatus)("The states it went through, oldest first."),
  podName: text("The pod that ran it."),
  childTasks: listOf(childTask)("The tasks that belong to it."),
});

/** The tasks of a run. */
export const runDetails = message("RunDetails", "The tasks of a run.", {
  pipelineContextId: int64("Its pipeline's number in ML Metadata."),
  pipelineRunContextId: int64("Its own number in ML Metadata."),
  taskDetails: listOf(taskDetail)("Its tasks."),
});

/** One execution of a pipeline. */
export const run = message("Run", "One execution of a pipeline.", {
  experimentId: text("The experiment that it belongs to; the default one when left out.", { presence: "always" }),
  runId: text("Unique; given by the server unless the request brings one.", { presence: "always" }),
  displayName: text("The name that people see; need not be unique.", {
    presence: "always",
    inRequest: "required",
    maxLength: 255,
  }),
  storageState: choiceOf(storageState)("AVAILABLE or ARCHIVED.", { presence: "always", inRequest: "ignored" }),
  description: text("What it is for."),
  pipelineVersionId: text("Deprecated: use pipelineVersionReference.", { oneof: "source" }),
  pipelineSpec: struct("The compiled pipeline itself.", { oneof: "source" }),
  pipelineVersionReference: nested(pipelineVersionReference)("A version of a pipeline on the server.", {
    oneof: "source",
  }),
  runtimeConfig: nested(runtimeConfig)("Parameters and pipeline root."),
  serviceAccount: text("The Kubernetes service account that it runs as."),
  createdAt: timestamp("When it was created.", { presence: "always", inRequest: "ignored" }),
  scheduledAt: laterTimestamp("When it was due."),
  finishedAt: laterTimestamp("When it ended; absent until then.", { inRequest: "ignored" }),
  state: choiceOf(runtimeState)("Its state.", { inRequest: "ignored" }),
  error: nested(status)("Why it failed.", { inRequest: "ignored" }),
  runDetails: nested(runDetails)("Its tasks.", { inRequest: "ignored" }),
  recurringRunId: text("The recurring run that made it."),
  stateHistory: listOf(runtimeStatus)("The states it went through, oldest first.", { inRequest: "ignored" }),
  pluginsInput: structMap("Input for the server's plugins, by plugin."),
  pluginsOutput: structMap("What the server's plugins made of it.", { inRequest: "ignored" }),
});

/** A page of runs. */
export const runPage = message("ListRunsResponse", "A page of runs.", {
  runs: listOf(run)("The runs of this page.", { presence: "always" }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** One execution of a pipeline. */
export type Run = MessageOf<typeof run>;
/** What a new run is made of. */
export type NewRun = InputOf<typeof run>;
/** The state of a run or of a task. */
export type RuntimeState = NonNullable<Run["state"]>;

/** The states that a run never leaves. */
export const finalStates: ReadonlySet<RuntimeState> = new Set(["SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"]);
