import {
  choice,
  choiceOf,
  type InputOf,
  int32,
  laterTimestamp,
  listOf,
  type MessageOf,
  message,
  text,
  timestamp,
} from "./field.ts";

/** Whether an experiment or a run is shown among the current ones or in the archive. */
export const storageState = choice("StorageState", { STORAGE_STATE_UNSPECIFIED: 0, AVAILABLE: 1, ARCHIVED: 2 });

/** A named group of runs. */
export const experiment = message("Experiment", "A named group of runs.", {
  experimentId: text("Unique; given by the server.", { presence: "always", inRequest: "ignored" }),
  displayName: text("Unique within its namespace, compared without case.", {
    presence: "always",
    inRequest: "required",
    maxLength: 128,
  }),
  description: text("What it is for."),
  createdAt: timestamp("When it was created.", { presence: "always", inRequest: "ignored" }),
  namespace: text("The Kubernetes namespace; empty on a single-user deployment.", { maxLength: 63 }),
  storageState: choiceOf(storageState)("AVAILABLE or ARCHIVED.", { presence: "always", inRequest: "ignored" }),
  lastRunCreatedAt: laterTimestamp("When its newest run was created; absent while it has none.", {
    inRequest: "ignored",
  }),
});

/** A page of experiments. */
export const experimentPage = message("ListExperimentsResponse", "A page of experiments.", {
  experiments: listOf(experiment)("The experiments of this page.", { presence: "always" }),
  totalSize: int32("How many there are on all pages.", { presence: "always" }),
  nextPageToken: text("Fetches the next page; absent on the last."),
});

/** A named group of runs. */
export type Experiment = MessageOf<typeof experiment>;
/** What a new experiment is made of. */
export type NewExperiment = InputOf<typeof experiment>;
