import {
  choiceOf,
  flag,
  int32,
  int64,
  jsonMap,
  laterTimestamp,
  listOf,
  type MessageOf,
  message,
  nested,
  struct,
  text,
} from "./field.ts";
import { runtimeState, runtimeStatus } from "./run.ts";
import { status } from "./status.ts";

/** An artifact that a task of a run has read or made. */
export const runArtifact = message("RunArtifact", "An artifact that a task of a run has read or made.", {
  taskId: text("The task.", { presence: "always" }),
  taskPath: text("The task's place in the run.", { presence: "always" }),
  name: text("The name of the task's input or output.", { presence: "always" }),
  index: int32("Its place among the artifacts of that name, from 0."),
  type: text("Its type, such as system.Model."),
  uri: text("Where it is, as the server's tasks see it."),
  metadata: struct("What is known of it. Metrics are the metadata of an artifact of type system.Metrics."),
  size: int64("In bytes; absent for a folder, and where it is not known."),
  folder: flag("Whether it is a folder, which is downloaded as a tar archive."),
  downloadPath: text("From the server's root: its content can be read there. Absent for what a task has read."),
});

/** A page of the artifacts of a run. */
export const runArtifactPage = message("ListRunArtifactsResponse", "A page of the artifacts that a run has made.", {
  artifacts: listOf(runArtifact)("The artifacts of this page.", { presence: "always" }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** The task whose outputs were taken instead of executing a task again. */
export const cacheSource = message("CacheSource", "The task whose outputs were taken.", {
  runId: text("Its run."),
  taskPath: text("Its place in that run."),
});

/** One task of a run, with what went in and what came out. */
export const runTask = message("RunTask", "One task of a run, with what went in and what came out.", {
  taskId: text("Unique; the same as in the details of the run.", { presence: "always" }),
  path: text("Its place in the run: names of tasks, and numbers of iterations.", { presence: "always" }),
  name: text("Its name in the pipeline.", { presence: "always" }),
  displayName: text("The name that people see."),
  kind: text("container, importer, graph or loop."),
  state: choiceOf(runtimeState)("Its state."),
  startTime: laterTimestamp("When it started."),
  endTime: laterTimestamp("When it ended; absent until then."),
  attempts: int32("How often it was tried."),
  parentTaskId: text("The task that it belongs to; absent at the root."),
  inputParameters: jsonMap("The parameters that went in, by name."),
  inputArtifacts: listOf(runArtifact)("The artifacts that went in."),
  outputParameters: jsonMap("The parameters that came out, by name."),
  outputArtifacts: listOf(runArtifact)("The artifacts that came out."),
  cachedFrom: nested(cacheSource)("Whose outputs were taken, where it was not executed."),
  error: nested(status)("Why it failed."),
  stateHistory: listOf(runtimeStatus)("The states it went through, oldest first."),
});

/** A page of the tasks of a run. */
export const runTaskPage = message("ListRunTasksResponse", "A page of the tasks of a run.", {
  tasks: listOf(runTask)("The tasks of this page, in the order in which they started.", { presence: "always" }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** What a run as a whole has given. */
export const runOutputs = message("RunOutputs", "What a run as a whole has given: the outputs of its pipeline.", {
  runId: text("The run.", { presence: "always" }),
  parameters: jsonMap("The parameters, by name."),
  artifacts: listOf(runArtifact)(
    "The artifacts by the names that the pipeline gives them, each with the task that made it.",
  ),
});

/** One task of a run. */
export type RunTask = MessageOf<typeof runTask>;
/** An artifact of a run. */
export type RunArtifact = MessageOf<typeof runArtifact>;
/** What a run as a whole has given. */
export type RunOutputs = MessageOf<typeof runOutputs>;
