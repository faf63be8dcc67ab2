/** What every error of a kind says: a title, the fact, and the next step. */
export interface RunnerErrorEntry {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** Everything that can be in the way of a run, by code. A code never changes its meaning. */
export const runnerErrors = {
  PIPELINE_INVALID: {
    title: "The compiled pipeline is wrong",
    meaning: "A place of the compiled pipeline cannot be what it is. The message names the place. Nothing was started.",
    remedy: "Compile the pipeline again; see `kfp-ts lint FILE`.",
  },
  PARAMETERS_INVALID: {
    title: "The parameters do not fit the pipeline",
    meaning: "A parameter is missing, has another type, or is none of the pipeline's. Nothing was started.",
    remedy: "Give the parameters that the message names.",
  },
  CANNOT_RUN_HERE: {
    title: "This machine cannot run one of the tasks",
    meaning:
      "A task needs something that this machine does not have or must not use, such as an image. Nothing was started.",
    remedy:
      "See the message; `kfp-ts lint FILE` lists all of it. The same file runs on a Kubeflow Pipelines on Kubernetes.",
  },
  ISOLATION_UNAVAILABLE: {
    title: "Tasks cannot be kept apart here",
    meaning: "Tasks were to run isolated, and bubblewrap is not there or may not do its work. Nothing was started.",
    remedy:
      "Install bubblewrap (Debian: apt-get install bubblewrap), or run without isolation where every run is your own.",
  },
  ENVIRONMENT_FAILED: {
    title: "A Python environment could not be made",
    meaning: "The interpreter is missing, or the packages that a task asks for could not be installed.",
    remedy: "See the lines of pip in the message.",
  },
  EXPRESSION_INVALID: {
    title: "A condition cannot be evaluated",
    meaning: "An expression of the pipeline is wrong, or uses what is outside the part of CEL that pipelines use.",
    remedy: "See the message for the place in the expression.",
  },
  INPUT_INVALID: {
    title: "A task's input is not what it has to be",
    meaning: "A value that another task gave, or that was picked out of it, has another type than the task's input.",
    remedy: "See the message for the input and the value's type.",
  },
  TASK_FAILED: {
    title: "A task failed",
    meaning: "Its process ended with an error. The message has how, and where its log is.",
    remedy: "Read the log.",
  },
  OUTPUT_INVALID: {
    title: "A task's output is not what it has to be",
    meaning: "The task ended well, and an output is missing, of another type, or cannot be read.",
    remedy: "See the message for the output.",
  },
  TIME_LIMIT: {
    title: "A task or run took too long",
    meaning: "Its time limit was over, and it was ended.",
    remedy: "Raise the limit, or find out what it waits for in its log.",
  },
  ARTIFACT_UNAVAILABLE: {
    title: "An artifact cannot be read or stored",
    meaning: "What stands at the URI of an artifact is not there, may not be read, or cannot be written.",
    remedy: "See the message for the URI and what its storage said.",
  },
  RUN_NOT_FOUND: {
    title: "There is no such run",
    meaning: "No run of this id is stored here.",
    remedy: "`kfp-ts run --list` shows the runs that are.",
  },
  RUN_BUSY: {
    title: "The run is under way",
    meaning: "Another process executes the run.",
    remedy: "Wait for it, or end it; the message has its process id.",
  },
  RUN_FINISHED: {
    title: "The run has ended",
    meaning: "There is nothing left of the run that could be taken up again.",
    remedy: "Start a new run.",
  },
  RUN_INTERRUPTED: {
    title: "The run was interrupted",
    meaning: "Whoever executed the run was closed. What was finished is kept, and what was under way was ended.",
    remedy: "Go on with `kfp-ts run --resume RUN`.",
  },
  STORE_FAILED: {
    title: "The run cannot be written down",
    meaning: "The folder of runs cannot be read or written: its disk is full, or its permissions are wrong.",
    remedy: "Make room, then go on with `kfp-ts run --resume RUN`. What was finished stays finished.",
  },
  OPTION_INVALID: {
    title: "An option is wrong",
    meaning: "An option of the runner is not what it has to be, or excludes another.",
    remedy: "See the message.",
  },
} as const satisfies Readonly<Record<string, RunnerErrorEntry>>;

/** A code of the catalogue. */
export type RunnerErrorCode = keyof typeof runnerErrors;
